// SPDX-License-Identifier: MIT
// Namespaces: whatever was under way, each that is left has a name or lies below another one, and
// has as many owners as there are reasons to own it.
//
// The cell's source is included, for a sweep must reach its state. Cells are played by nothing.
#include "scenarios.h"
#include "world.h"

// NOLINTNEXTLINE(bugprone-suspicious-include): that is the point
#include "cells/cell/cell_namespace/cell_namespace.c"

#include <memory/heap.h>

#define RUN(call)                                                                                  \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            return;                                                                                \
    } while (0)

enum : size_t { PIECES = 24, PIECE = 512 };

static struct {
    bool used[PIECES];
    alignas(16) unsigned char pieces[PIECES][PIECE];
} memory;

const struct world_part world_parts[] = {
    {&all_namespaces, sizeof all_namespaces},
    {&memory, sizeof memory},
    {},
};

OWNERSHIP(heap_piece, start);

PRIMITIVE enum status heap_allocate(size_t size, FILLS(struct heap_piece) piece)
{
    for (size_t i = 0; i < PIECES && size <= PIECE; i++) {
        if (memory.used[i])
            continue;
        memory.used[i] = true;
        memset(memory.pieces[i], 0, PIECE);
        FILL(piece, .start = memory.pieces[i]);
        return STATUS_OK;
    }
    return STATUS_EXHAUSTED;
}

PRIMITIVE void heap_piece_drop(TAKES(struct heap_piece) piece)
{
    TAKE(taken, piece);
    for (size_t i = 0; i < PIECES; i++) {
        if (taken.start != memory.pieces[i])
            continue;
        world.torn += !memory.used[i];
        memory.used[i] = false;
        return;
    }
    world.torn++;
}

void cell_unpin_all([[maybe_unused]] uint64_t space)
{
}

void cell_move_all([[maybe_unused]] uint64_t from, [[maybe_unused]] uint64_t to)
{
}

enum status keep_pinned([[maybe_unused]] const struct namespace_reference *base,
                        [[maybe_unused]] FILLS(struct box) box)
{
    return STATUS_OK;
}

void world_parts_start(void)
{
    memset(&all_namespaces, 0, sizeof all_namespaces);
    memset(&memory, 0, sizeof memory);
}

static size_t pieces_in_use(void)
{
    size_t count = 0;
    for (size_t i = 0; i < PIECES; i++)
        count += memory.used[i];
    return count;
}

// Why a namespace is owned: its name, and those over it.
static uint32_t count_reasons(const struct owned_namespace *layer) LOCK_IMPLEMENTATION
{
    uint32_t reasons = layer->self.block != nullptr;
    for (const struct owned_namespace *other = all_namespaces.newest; other; other = other->next)
        for (size_t i = 0; i < 2; i++)
            reasons += other->bases[i].block && owned_namespace_of(&other->bases[i]) == layer;
    return reasons;
}

const char *world_parts_fault(void) LOCK_IMPLEMENTATION
{
    size_t count = 0;
    if (all_namespaces.lock.holder)
        return "the lock is held";
    if (all_namespaces.current.block)
        return "the current namespace is not left";
    for (const struct owned_namespace *layer = all_namespaces.newest; layer; layer = layer->next) {
        const uint32_t reasons = count_reasons(layer);
        if (!layer->begun || reasons == 0)
            return "a namespace stays for no reason";
        OWNED(shared, counted);
        if (weak_share(&layer->itself, &counted) != STATUS_OK)
            return "a namespace is in the list that has gone";
        if (shared_count(&counted) - 1 != reasons)
            return "owners are not counted right";
        count++;
    }
    return pieces_in_use() == 2 * count ? nullptr : "memory is lost";
}

static void made_and_dropped(void)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, upper);
    RUN(namespaces_start());
    RUN(namespace_find(text_of("kernel"), &kernel));
    RUN(namespace_create(text_of("upper"), NAMESPACE_STACKED, &kernel, &upper));
    namespace_reference_drop(&upper);
    RUN(namespace_create(text_of("upper"), NAMESPACE_FORKED, &kernel, &upper));
    RUN(namespace_publish(&upper, nullptr));
    RUN(namespace_withdraw(&upper));
}

static void changed(void)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, first);
    OWNED(namespace_reference, second);
    RUN(namespaces_start());
    RUN(namespace_find(text_of("kernel"), &kernel));
    RUN(namespace_create(text_of("fork"), NAMESPACE_FORKED, &kernel, &first));
    RUN(namespace_publish(&first, nullptr));
    RUN(namespace_create(text_of("fork"), NAMESPACE_FORKED, &first, &second));
    RUN(namespace_publish(&second, &first));
    namespace_absorb(&second, &first);
    namespace_reference_drop(&first);
    RUN(namespace_withdraw(&second));
}

static void visited(void)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, upper);
    OWNED(namespace_reference, current);
    RUN(namespaces_start());
    RUN(namespace_find(text_of("kernel"), &kernel));
    RUN(namespace_create(text_of("upper"), NAMESPACE_STACKED, &kernel, &upper));
    OWNED(namespace_visit, outer);
    RUN(namespace_enter(&upper, &outer));
    OWNED(namespace_visit, inner);
    RUN(namespace_enter(&kernel, &inner));
    RUN(namespace_current(&current));
    namespace_visit_drop(&inner);
}

const struct scenario scenarios[] = {
    {"made and dropped", made_and_dropped},
    {"changed", changed},
    {"visited", visited},
    {},
};

// Wrong: the list is empty for a moment.
static void list_emptied_first(void)
{
    OWNED(namespace_reference, kernel);
    OWNED(namespace_reference, upper);
    RUN(namespaces_start());
    RUN(namespace_find(text_of("kernel"), &kernel));
    RUN(namespace_create(text_of("upper"), NAMESPACE_STACKED, &kernel, &upper));
    struct owned_namespace *layer = owned_namespace_of(&upper);
    HOLD(&all_namespaces.lock);
    __atomic_store_n(&all_namespaces.newest, nullptr, __ATOMIC_RELEASE);
    __atomic_store_n(&all_namespaces.newest, layer, __ATOMIC_RELEASE);
}

const struct scenario broken_scenarios[] = {
    {"list emptied first", list_emptied_first},
    {},
};
