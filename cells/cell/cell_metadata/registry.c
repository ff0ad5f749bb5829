// SPDX-License-Identifier: MIT
// A cell is found through its weak reference to itself: while the last owner is dropping it, there
// is nothing to share any more, though its name is taken until it has stopped.
//
// No owner is dropped with the lock held, for a cell that is dropped takes the lock.
//
// Live swap:  the registry is all the state there is.
// Fault:      a cell enters, moves and leaves by one store. The order is by number, not by a second
// list.
#include "registry.h"

STATE struct cell_registry all_cells;

static struct owned_cell **bucket_of(struct cell_registry *registry, struct text name)
{
    return &registry->buckets[hash_text(name) % REGISTRY_BUCKETS];
}

static struct owned_cell *find_entry(struct cell_registry *registry, uint64_t space,
                                     struct text name) REQUIRES(registry->lock)
{
    for (struct owned_cell *cell = *bucket_of(registry, name); cell; cell = cell->next)
        if (cell->facts.space == space && text_equal(cell->facts.description.name, name))
            return cell;
    return nullptr;
}

static enum status enter(struct cell_registry *registry, const struct cell_reference *reference)
{
    struct owned_cell *cell = owned_cell_of(reference);
    struct owned_cell **bucket = bucket_of(registry, cell->facts.description.name);
    HOLD(&registry->lock);
    if (find_entry(registry, cell->facts.space, cell->facts.description.name))
        return STATUS_EXISTS;
    TRY(shared_weaken(&reference->shared, &cell->self));
    cell->facts.number = ++registry->last_number;
    cell->next = *bucket;
    __atomic_store_n(bucket, cell, __ATOMIC_RELEASE);
    return STATUS_OK;
}

enum status cell_enter(const struct cell_reference *reference)
{
    index_symbols(cell_in_making(reference));
    return enter(&all_cells, reference);
}

static void remove_from(struct cell_registry *registry, struct owned_cell *cell)
{
    HOLD(&registry->lock);
    struct owned_cell **link = bucket_of(registry, cell->facts.description.name);
    while (*link && *link != cell)
        link = &(*link)->next;
    if (*link)
        __atomic_store_n(link, cell->next, __ATOMIC_RELEASE);
}

void registry_remove(struct owned_cell *cell)
{
    remove_from(&all_cells, cell);
}

static enum status share_entry(const struct owned_cell *cell,
                               FILLS(struct cell_reference) reference)
{
    if (cell->facts.state != CELL_LOADED)
        return STATUS_NOT_FOUND;
    return weak_share(&cell->self, &reference->shared);
}

static enum status find(struct cell_registry *registry, uint64_t space, struct text name,
                        FILLS(struct cell_reference) reference)
{
    HOLD(&registry->lock);
    const struct owned_cell *cell = find_entry(registry, space, name);
    return cell ? share_entry(cell, reference) : STATUS_NOT_FOUND;
}

enum status cell_find(uint64_t space, struct text name, FILLS(struct cell_reference) reference)
{
    return find(&all_cells, space, name, reference);
}

static size_t index_of(const uint64_t spaces[], size_t count, uint64_t space)
{
    size_t index = 0;
    while (index < count && spaces[index] != space)
        index++;
    return index;
}

static enum status find_first(struct cell_registry *registry, const uint64_t spaces[], size_t count,
                              struct text name, FILLS(struct cell_reference) reference)
{
    const struct owned_cell *first = nullptr;
    size_t rank = count;
    HOLD(&registry->lock);
    for (const struct owned_cell *cell = *bucket_of(registry, name); cell; cell = cell->next) {
        const size_t index = index_of(spaces, count, cell->facts.space);
        if (index >= rank || cell->facts.state != CELL_LOADED ||
            !text_equal(cell->facts.description.name, name))
            continue;
        first = cell;
        rank = index;
    }
    return first ? share_entry(first, reference) : STATUS_NOT_FOUND;
}

enum status cell_find_first(const uint64_t spaces[], size_t count, struct text name,
                            FILLS(struct cell_reference) reference)
{
    return find_first(&all_cells, spaces, count, name, reference);
}

static bool has(struct cell_registry *registry, uint64_t space, struct text name)
{
    HOLD(&registry->lock);
    const struct owned_cell *cell = find_entry(registry, space, name);
    return cell && cell->facts.state == CELL_LOADED;
}

bool cell_lives_in(uint64_t space, struct text name)
{
    return has(&all_cells, space, name);
}

// The cell with the lowest number above `number`.
static const struct owned_cell *entry_after(struct cell_registry *registry, uint64_t number)
    REQUIRES(registry->lock)
{
    const struct owned_cell *found = nullptr;
    for (size_t i = 0; i < REGISTRY_BUCKETS; i++)
        for (const struct owned_cell *cell = registry->buckets[i]; cell; cell = cell->next)
            if (cell->facts.number > number && (!found || cell->facts.number < found->facts.number))
                found = cell;
    return found;
}

static bool next(struct cell_registry *registry, uint64_t *cursor,
                 FILLS(struct cell_reference) reference)
{
    HOLD(&registry->lock);
    for (;;) {
        const struct owned_cell *cell = entry_after(registry, *cursor);
        if (!cell)
            return false;
        *cursor = cell->facts.number;
        if (share_entry(cell, reference) == STATUS_OK)
            return true;
    }
}

bool cell_next(uint64_t *cursor, FILLS(struct cell_reference) reference)
{
    return next(&all_cells, cursor, reference);
}

static const struct owned_cell *entry_at(struct cell_registry *registry, uint64_t address)
{
    for (size_t i = 0; i < REGISTRY_BUCKETS; i++) {
        const struct owned_cell *cell = __atomic_load_n(&registry->buckets[i], __ATOMIC_ACQUIRE);
        for (; cell; cell = __atomic_load_n(&cell->next, __ATOMIC_ACQUIRE))
            if (cell_memory(&cell->facts, address, 1))
                return cell;
    }
    return nullptr;
}

static enum status find_address(struct cell_registry *registry, uint64_t address,
                                FILLS(struct cell_reference) reference)
{
    HOLD(&registry->lock);
    const struct owned_cell *cell = entry_at(registry, address);
    return cell ? share_entry(cell, reference) : STATUS_NOT_FOUND;
}

enum status cell_find_address(uint64_t address, FILLS(struct cell_reference) reference)
{
    return find_address(&all_cells, address, reference);
}

enum status cell_locate(uint64_t address, struct cell_location *location)
{
    const struct owned_cell *cell = entry_at(&all_cells, address);
    return cell ? cell_locate_within(&cell->facts, address, location) : STATUS_NOT_FOUND;
}

static enum status pin(struct cell_registry *registry, const struct cell_reference *reference)
{
    struct owned_cell *cell = owned_cell_of(reference);
    HOLD(&registry->lock);
    return cell_is_pinned(reference) ? STATUS_OK : cell_reference_share(reference, &cell->pin);
}

enum status cell_pin(const struct cell_reference *reference)
{
    return pin(&all_cells, reference);
}

static void take_pin(struct cell_registry *registry, struct owned_cell *cell,
                     FILLS(struct cell_reference) pin)
{
    HOLD(&registry->lock);
    MOVE_TO(pin, &cell->pin);
}

enum status cell_unpin(const struct cell_reference *reference)
{
    OWNED(cell_reference, taken);
    take_pin(&all_cells, owned_cell_of(reference), &taken);
    return taken.block ? STATUS_OK : STATUS_NOT_FOUND;
}

// Takes the pin of a cell that lives in `space`. False: none there is pinned.
static bool take_a_pin(struct cell_registry *registry, uint64_t space,
                       FILLS(struct cell_reference) pin)
{
    HOLD(&registry->lock);
    for (size_t i = 0; i < REGISTRY_BUCKETS; i++)
        for (struct owned_cell *cell = registry->buckets[i]; cell; cell = cell->next)
            if (cell->facts.space == space && cell->pin.block) {
                MOVE_TO(pin, &cell->pin);
                return true;
            }
    return false;
}

void cell_unpin_all(uint64_t space)
{
    for (;;) {
        OWNED(cell_reference, taken);
        if (!take_a_pin(&all_cells, space, &taken))
            return;
    }
}

static void move_all(struct cell_registry *registry, uint64_t from, uint64_t to)
{
    HOLD(&registry->lock);
    for (size_t i = 0; i < REGISTRY_BUCKETS; i++)
        for (struct owned_cell *cell = registry->buckets[i]; cell; cell = cell->next)
            if (cell->facts.space == from &&
                !find_entry(registry, to, cell->facts.description.name))
                __atomic_store_n(&cell->facts.space, to, __ATOMIC_RELAXED);
}

void cell_move_all(uint64_t from, uint64_t to)
{
    move_all(&all_cells, from, to);
}

bool cell_is_pinned(const struct cell_reference *reference)
{
    return owned_cell_of(reference)->pin.block != nullptr;
}
