// SPDX-License-Identifier: MIT
// Namespaces as owners, and the list in which they are found. A namespace that a name means owns
// itself; as with cells, it is found through its weak reference to itself.
//
// No owner is dropped with the lock held, for a namespace that is dropped takes the lock.
//
// Live swap:  the list is all the state there is.
// Fault:      a namespace enters and leaves the list by one store, and gets and loses its name by
//             one. Where two have the same name, which is so in the middle of a replacement, the
//             newer is meant.
#include "layers.h"

#include <libc/string.h>

STATE struct namespace_list all_namespaces;

void namespace_reference_drop(TAKES(struct namespace_reference) reference)
{
    shared_drop(&reference->shared);
    reference->block = nullptr; // of what is shared the same word: for the checker
}

OWNERSHIP(namespace_reference, block);

static void leave_list(struct namespace_list *list, const struct owned_namespace *left)
{
    HOLD(&list->lock);
    struct owned_namespace **link = &list->newest;
    while (*link && *link != left)
        link = &(*link)->next;
    if (*link)
        __atomic_store_n(link, left->next, __ATOMIC_RELEASE);
}

void owned_namespace_drop(TAKES(struct owned_namespace) dropped)
{
    if (!dropped->begun)
        return;
    leave_list(&all_namespaces, dropped);
    cell_unpin_all(dropped->facts.number);
    box_drop(&dropped->kept);
    for (size_t i = 0; i < 2; i++)
        namespace_reference_drop(&dropped->bases[i]);
    namespace_reference_drop(&dropped->self);
    weak_drop(&dropped->itself);
    dropped->begun = 0;
}

OWNERSHIP(owned_namespace, begun);

struct owned_namespace *owned_namespace_of(const struct namespace_reference *reference)
{
    return BOX_CONTENT(owned_namespace, shared_box(&reference->shared));
}

const struct cell_namespace *namespace_of(const struct namespace_reference *reference)
{
    return &owned_namespace_of(reference)->facts;
}

const struct namespace_reference *namespace_base(const struct namespace_reference *reference)
{
    const struct namespace_reference *base = base_of(owned_namespace_of(reference));
    return base->block ? base : nullptr;
}

const struct namespace_reference *base_of(const struct owned_namespace *layer)
{
    return &layer->bases[layer->lower];
}

const struct owned_namespace *layer_below(const struct owned_namespace *layer)
{
    const struct namespace_reference *base = base_of(layer);
    return base->block ? owned_namespace_of(base) : nullptr;
}

enum status namespace_share(const struct namespace_reference *reference,
                            FILLS(struct namespace_reference) other)
{
    return shared_share(&reference->shared, &other->shared);
}

void note_stack(struct owned_namespace *layer)
{
    const struct owned_namespace *below = layer_below(layer);
    layer->settled_all = layer->settled;
    layer->spaces[0] = layer->facts.number;
    if (below && below->settled_all < layer->settled_all)
        layer->settled_all = below->settled_all;
    for (size_t i = 1; below && i < layer->facts.depth; i++)
        layer->spaces[i] = below->spaces[i - 1];
}

static bool is_name(struct text name)
{
    if (name.length == 0 || name.length > NAMESPACE_NAME)
        return false;
    for (size_t i = 0; i < name.length; i++) {
        const char c = name.start[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}

static enum status enter_list(struct namespace_list *list,
                              const struct namespace_reference *reference)
{
    struct owned_namespace *layer = owned_namespace_of(reference);
    HOLD(&list->lock);
    TRY(shared_weaken(&reference->shared, &layer->itself));
    layer->facts.number = ++list->last_number;
    note_stack(layer);
    layer->next = list->newest;
    __atomic_store_n(&list->newest, layer, __ATOMIC_RELEASE);
    return STATUS_OK;
}

enum status namespace_create(struct text name, enum namespace_form form,
                             const struct namespace_reference *base,
                             FILLS(struct namespace_reference) made)
{
    OWNED(box, box);
    OWNED(namespace_reference, fresh);
    if (!is_name(name))
        return STATUS_INVALID;
    const uint32_t depth = base ? namespace_of(base)->depth + 1 : 1;
    if (depth > NAMESPACE_DEPTH)
        return STATUS_OVERFLOW;
    TRY(BOX_NEW(owned_namespace, &box));
    FILL(BOX_CONTENT(owned_namespace, &box), .begun = true);
    TRY(shared_from(&box, &fresh.shared));
    struct owned_namespace *layer = owned_namespace_of(&fresh);
    memcpy(layer->name, name.start, name.length);
    layer->facts =
        (struct cell_namespace){.name = {layer->name, name.length}, .form = form, .depth = depth};
    layer->settled = UINT64_MAX;
    if (base)
        TRY(namespace_share(base, &layer->bases[0]));
    if (base && form == NAMESPACE_FORKED && !text_equal(name, namespace_of(base)->name))
        TRY(keep_pinned(base, &layer->kept));
    TRY(enter_list(&all_namespaces, &fresh));
    MOVE_TO(made, &fresh);
    return STATUS_OK;
}

// The newest that the name means.
static struct owned_namespace *find_named(struct namespace_list *list, struct text name)
    REQUIRES(list->lock)
{
    for (struct owned_namespace *layer = list->newest; layer; layer = layer->next)
        if (layer->self.block && text_equal(layer->facts.name, name))
            return layer;
    return nullptr;
}

static enum status give_name(struct namespace_list *list, const struct namespace_reference *made,
                             const struct namespace_reference *instead)
{
    struct owned_namespace *layer = owned_namespace_of(made);
    HOLD(&list->lock);
    const struct owned_namespace *other = find_named(list, layer->facts.name);
    if (other && (!instead || other != owned_namespace_of(instead)))
        return STATUS_EXISTS;
    return namespace_share(made, &layer->self);
}

static void take_name(struct namespace_list *list, struct owned_namespace *layer,
                      FILLS(struct namespace_reference) self)
{
    HOLD(&list->lock);
    MOVE_TO(self, &layer->self);
}

enum status namespace_publish(const struct namespace_reference *made,
                              const struct namespace_reference *instead)
{
    OWNED(namespace_reference, old);
    TRY(give_name(&all_namespaces, made, instead));
    if (instead)
        take_name(&all_namespaces, owned_namespace_of(instead), &old);
    return STATUS_OK;
}

static uint32_t count_above(struct namespace_list *list, const struct owned_namespace *base)
{
    uint32_t count = 0;
    HOLD(&list->lock);
    for (const struct owned_namespace *layer = list->newest; layer; layer = layer->next)
        count += layer_below(layer) == base;
    return count;
}

uint32_t namespace_visits(const struct namespace_reference *reference)
{
    const struct owned_namespace *layer = owned_namespace_of(reference);
    const uint32_t named = layer->self.block != nullptr;
    return shared_count(&reference->shared) - 1 - named - count_above(&all_namespaces, layer);
}

enum status namespace_withdraw(const struct namespace_reference *withdrawn)
{
    OWNED(namespace_reference, self);
    struct owned_namespace *layer = owned_namespace_of(withdrawn);
    if (layer->facts.form == NAMESPACE_KERNEL || layer->facts.form == NAMESPACE_APPLICATIONS)
        return STATUS_DENIED;
    if (count_above(&all_namespaces, layer) > 0 || namespace_visits(withdrawn) > 0)
        return STATUS_BUSY;
    take_name(&all_namespaces, layer, &self);
    return STATUS_OK;
}

void namespace_absorb(const struct namespace_reference *changed,
                      const struct namespace_reference *base)
{
    struct owned_namespace *layer = owned_namespace_of(changed);
    struct owned_namespace *below = owned_namespace_of(base);
    if (count_above(&all_namespaces, below) > 1 || namespace_visits(base) > 0 ||
        namespace_share(base_of(below), &layer->bases[1 - layer->lower]) != STATUS_OK)
        return;
    cell_move_all(below->facts.number, layer->facts.number);
    MOVE_TO(&layer->kept, &below->kept);
    layer->facts.depth = below->facts.depth;
    __atomic_store_n(&layer->lower, 1 - layer->lower, __ATOMIC_RELEASE);
    note_stack(layer);
    namespace_reference_drop(&layer->bases[1 - layer->lower]);
}

static enum status find(struct namespace_list *list, struct text name,
                        FILLS(struct namespace_reference) found)
{
    HOLD(&list->lock);
    const struct owned_namespace *layer = find_named(list, name);
    return layer ? namespace_share(&layer->self, found) : STATUS_NOT_FOUND;
}

enum status namespace_find(struct text name, FILLS(struct namespace_reference) found)
{
    return find(&all_namespaces, name, found);
}

static enum status find_number(struct namespace_list *list, uint64_t number,
                               FILLS(struct namespace_reference) found)
{
    HOLD(&list->lock);
    for (const struct owned_namespace *layer = list->newest; layer; layer = layer->next)
        if (layer->facts.number == number)
            return weak_share(&layer->itself, &found->shared);
    return STATUS_NOT_FOUND;
}

enum status namespace_find_number(uint64_t number, FILLS(struct namespace_reference) found)
{
    return find_number(&all_namespaces, number, found);
}

static bool next(struct namespace_list *list, uint64_t *cursor,
                 FILLS(struct namespace_reference) reference)
{
    const struct owned_namespace *found = nullptr;
    HOLD(&list->lock);
    for (const struct owned_namespace *layer = list->newest; layer; layer = layer->next)
        if (layer->facts.number > *cursor && layer == find_named(list, layer->facts.name))
            found = layer; // the newest first, so that the last one found is the next
    if (!found)
        return false;
    *cursor = found->facts.number;
    return namespace_share(&found->self, reference) == STATUS_OK;
}

bool namespace_next(uint64_t *cursor, FILLS(struct namespace_reference) next_one)
{
    return next(&all_namespaces, cursor, next_one);
}

enum status namespaces_start(void)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, application);
    if (namespace_find(text_of("kernel"), &kernel) == STATUS_OK)
        return STATUS_OK;
    TRY(namespace_create(text_of("kernel"), NAMESPACE_KERNEL, nullptr, &kernel));
    TRY(namespace_create(text_of("application"), NAMESPACE_APPLICATIONS, &kernel, &application));
    TRY(namespace_publish(&kernel, nullptr));
    return namespace_publish(&application, nullptr);
}

// The current namespace is a word of the list: moved out and in with the lock held.
static void go_in(struct namespace_list *list, TAKES(struct namespace_reference) entered,
                  struct namespace_visit *visit)
{
    HOLD(&list->lock);
    if (!visit->outer.block)
        MOVE_TO(&visit->outer, &list->current);
    MOVE_TO(&list->current, entered);
}

static void go_out(struct namespace_list *list, struct namespace_visit *visit,
                   FILLS(struct namespace_reference) left)
{
    HOLD(&list->lock);
    MOVE_TO(left, &list->current);
    MOVE_TO(&list->current, &visit->outer);
}

enum status namespace_enter(const struct namespace_reference *entered,
                            FILLS(struct namespace_visit) visit)
{
    OWNED(namespace_reference, own);
    TRY(namespace_share(entered, &own));
    FILL(visit, .begun = true);
    go_in(&all_namespaces, &own, visit);
    return STATUS_OK;
}

void namespace_visit_drop(TAKES(struct namespace_visit) visit)
{
    OWNED(namespace_reference, left);
    if (!visit->begun)
        return;
    go_out(&all_namespaces, visit, &left);
    visit->begun = 0;
}

OWNERSHIP(namespace_visit, begun);

static enum status share_current(struct namespace_list *list,
                                 FILLS(struct namespace_reference) current)
{
    HOLD(&list->lock);
    return namespace_share(&list->current, current);
}

enum status namespace_current(FILLS(struct namespace_reference) current)
{
    if (share_current(&all_namespaces, current) == STATUS_OK)
        return STATUS_OK;
    return namespace_find(text_of("application"), current);
}
