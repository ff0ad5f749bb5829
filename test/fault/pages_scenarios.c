// SPDX-License-Identifier: MIT
// The allocator of pages: when all deeds are dropped, every page is free.
//
// The cell's source is included, for a sweep must reach its state.
#include "scenarios.h"
#include "world.h"

// NOLINTNEXTLINE(bugprone-suspicious-include): that is the point
#include "cells/memory/page_allocator/page_allocator.c"

#include <string.h>

#define RUN(call)                                                                                  \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            return;                                                                                \
    } while (0)

enum : size_t { STORAGE = 12000 };

static uint64_t storage[STORAGE];
static uint64_t all_free[STORAGE];

const struct world_part world_parts[] = {
    {&state, sizeof state},
    {storage, sizeof storage},
    {},
};

void world_parts_start(void)
{
    memset(storage, 0, sizeof storage);
    page_allocator_start(0);
    if (page_allocator_storage_words() > STORAGE)
        __builtin_trap();
    page_allocator_adopt(storage);
    memcpy(all_free, storage, sizeof storage);
}

// With all pages free all hints are set, and none can be one too many.
const char *world_parts_fault(void) LOCK_IMPLEMENTATION
{
    for (size_t i = 0; i < PAGE_AREAS; i++) {
        const struct area *area = &state.areas[i];
        if (area->lock.holder)
            return "a lock is held";
        if (area->map.free != area->map.count)
            return "free pages are not counted right";
    }
    return memcmp(all_free, storage, sizeof storage) == 0 ? nullptr : "pages are lost";
}

static void runs(void)
{
    OWNED(pages, heap);
    OWNED(pages, stack);
    const struct page_request aligned = {PAGES_HEAP, 70, 64};
    RUN(pages_allocate_for(&aligned, &heap));
    RUN(pages_allocate(PAGES_STACKS, 4, &stack));
    pages_drop(&heap);
    RUN(pages_allocate(PAGES_CELLS, 1, &heap));
    OWNED(pages, none);
    if (pages_allocate(PAGES_CELLS, UINT64_C(1) << 40, &none) == STATUS_OK)
        world.torn++;
}

static void splits_and_joins(void)
{
    OWNED(pages, deed);
    OWNED(pages, middle);
    OWNED(pages, last);
    RUN(pages_allocate(PAGES_DEVICES, 9, &deed));
    RUN(pages_split(&deed, 3, &last));
    RUN(pages_split(&deed, 3, &middle));
    RUN(pages_join(&last, &middle));
    RUN(pages_join(&deed, &last));
    RUN(pages_split(&deed, 8, &last));
    pages_drop(&deed);
}

const struct scenario scenarios[] = {
    {"runs", runs},
    {"splits and joins", splits_and_joins},
    {},
};

// Wrong: the deed is emptied before the change begins.
static void emptied_before_the_change(void)
{
    static const volatile uint64_t nobody = 0;
    OWNED(pages, deed);
    RUN(pages_allocate(PAGES_HEAP, 2, &deed));
    struct area *area = &state.areas[PAGES_HEAP];
    const uint64_t first = (deed.address - area->base) / PAGE;
    HOLD(&area->lock);
    deed.count = 0;
    OWNED(range_change, change);
    range_change_begin(&area->map, first, 2, &nobody, &change);
}

const struct scenario broken_scenarios[] = {
    {"emptied before the change", emptied_before_the_change},
    {},
};
