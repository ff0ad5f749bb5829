// SPDX-License-Identifier: MIT
// From a name to a cell, down a stack of namespaces; and where a new one goes.
//
// Whether a cell can be shared with a fork is asked of what it needs, and so on down. That ends
// soon: what nano_core was linked from is never replaced, and of cells up to the number to which
// a fork is settled only what they need directly is of interest.
//
// Live swap:  nothing is remembered.
// Fault:      nothing is changed, but for `settled`, by one store.
#include "layers.h"

// Whether a fork from `top` down to above the namespace `space` has a cell of that name.
static bool is_replaced(const struct owned_namespace *top, uint64_t space, struct text name)
{
    for (const struct owned_namespace *layer = top; layer && layer->facts.number != space;
         layer = layer_below(layer))
        if (layer->facts.form == NAMESPACE_FORKED && cell_lives_in(layer->facts.number, name))
            return true;
    return false;
}

// The least number up to which the forks above the namespace `space` are settled.
static uint64_t settled_above(const struct owned_namespace *top, uint64_t space)
{
    uint64_t settled = UINT64_MAX;
    for (const struct owned_namespace *layer = top; layer && layer->facts.number != space;
         layer = layer_below(layer))
        if (layer->facts.form == NAMESPACE_FORKED && layer->settled < settled)
            settled = layer->settled;
    return settled;
}

// Whether what a cell needs is what the names mean from `top` on.
// NOLINTNEXTLINE(misc-no-recursion): it goes as deep as cells need each other
static bool can_be_shared(const struct owned_namespace *top, const struct cell *cell)
{
    if (cell->resident || top->facts.number == cell->space)
        return true;
    const uint64_t settled = settled_above(top, cell->space);
    if (settled == UINT64_MAX)
        return true;
    for (size_t i = 0; i < cell->needs.length; i++) {
        const struct cell *need = cell_of(&cell->needs.pointer[i]);
        if (is_replaced(top, need->space, need->description.name) ||
            (need->number > settled && !can_be_shared(top, need)))
            return false;
    }
    return true;
}

// The first cell of that name from the top down.
static enum status find_below(const struct owned_namespace *top, struct text name,
                              FILLS(struct cell_reference) cell)
{
    return cell_find_first(top->spaces, top->facts.depth, name, cell);
}

enum status namespace_find_cell(const struct namespace_reference *within, struct text name,
                                FILLS(struct cell_reference) cell)
{
    const struct owned_namespace *top = owned_namespace_of(within);
    TRY(find_below(top, name, cell));
    if (top->settled_all == UINT64_MAX || can_be_shared(top, cell_of(cell)))
        return STATUS_OK;
    cell_reference_drop(cell);
    return STATUS_NOT_FOUND;
}

enum status namespace_find_to_relink(const struct namespace_reference *within, struct text name,
                                     FILLS(struct cell_reference) cell)
{
    const struct owned_namespace *top = owned_namespace_of(within);
    if (top->settled_all == UINT64_MAX)
        return STATUS_NOT_FOUND; // no fork replaced anything
    TRY(find_below(top, name, cell));
    if (!can_be_shared(top, cell_of(cell)))
        return STATUS_OK;
    cell_reference_drop(cell);
    return STATUS_NOT_FOUND;
}

enum status namespace_find_typed(struct text typed, FILLS(struct cell_reference) cell)
{
    OWNED(namespace_reference, within);
    struct text rest = typed;
    struct text name;
    (void)text_next_part(&rest, '/', &name);
    if (rest.length == 0) {
        TRY(namespace_current(&within));
        return namespace_find_cell(&within, typed, cell);
    }
    TRY(namespace_find(name, &within));
    return namespace_find_cell(&within, (struct text){rest.start + 1, rest.length - 1}, cell);
}

// Whether the cell must lie in this namespace rather than below.
static bool must_stay(const struct owned_namespace *layer, const struct cell *cell)
{
    for (size_t i = 0; i < cell->needs.length; i++) {
        const struct cell_reference *need = &cell->needs.pointer[i];
        if (need->block && cell_of(need)->space == layer->facts.number)
            return true;
    }
    switch (layer->facts.form) {
    case NAMESPACE_KERNEL:
        return true;
    case NAMESPACE_APPLICATIONS:
        return cell->application;
    case NAMESPACE_STACKED:
        return !cell->singular;
    default:
        return false;
    }
}

const struct cell_namespace *namespace_home(const struct namespace_reference *within,
                                            const struct cell *cell)
{
    const struct owned_namespace *layer = owned_namespace_of(within);
    while (!must_stay(layer, cell))
        layer = layer_below(layer);
    return &layer->facts;
}

void namespace_settle(const struct namespace_reference *fork, uint64_t number)
{
    struct owned_namespace *layer = owned_namespace_of(fork);
    layer->settled = number;
    note_stack(layer);
}

void namespace_kept_drop(TAKES(struct namespace_kept) kept)
{
    for (size_t i = 0; i < kept->capacity; i++)
        cell_reference_drop(&kept->cells[i]);
    kept->capacity = 0;
}

OWNERSHIP(namespace_kept, capacity);

// Whether the cell is pinned and not there for good, and what its name means.
static bool is_kept(const struct namespace_reference *base, const struct cell_reference *cell)
{
    OWNED(cell_reference, meant);
    return cell_is_pinned(cell) && !cell_of(cell)->resident &&
           namespace_find_cell(base, cell_of(cell)->description.name, &meant) == STATUS_OK &&
           cell_of(&meant) == cell_of(cell);
}

static size_t count_kept(const struct namespace_reference *base)
{
    size_t count = 0;
    for (uint64_t cursor = 0;;) {
        OWNED(cell_reference, cell);
        if (!cell_next(&cursor, &cell))
            return count;
        count += is_kept(base, &cell);
    }
}

enum status keep_pinned(const struct namespace_reference *base, FILLS(struct box) box)
{
    OWNED(box, fresh);
    const size_t capacity = count_kept(base);
    if (capacity == 0)
        return STATUS_OK;
    TRY(box_allocate(sizeof(struct namespace_kept) + capacity * sizeof(struct cell_reference),
                     &namespace_kept_ownership, &fresh));
    struct namespace_kept *kept = BOX_CONTENT(namespace_kept, &fresh);
    kept->capacity = capacity;
    for (uint64_t cursor = 0; kept->count < capacity;) {
        OWNED(cell_reference, cell);
        if (!cell_next(&cursor, &cell))
            break;
        if (is_kept(base, &cell)) {
            MOVE_TO(&kept->cells[kept->count], &cell);
            kept->count++;
        }
    }
    MOVE_TO(box, &fresh);
    return STATUS_OK;
}
