// SPDX-License-Identifier: MIT
// The allocator of frames, its caches and claims: when all deeds are dropped, every frame is free,
// in the map or in a cache, or is named by the word that took it over.
//
// The cell's sources are included, for a sweep must reach their state.
#include "scenarios.h"
#include "world.h"

// NOLINTBEGIN(bugprone-suspicious-include): that is the point
#include "cells/memory/frame_allocator/device_claims.c"
#include "cells/memory/frame_allocator/frame_allocator.c"
// NOLINTEND(bugprone-suspicious-include)

#include <string.h>

#define RUN(call)                                                                                  \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            return;                                                                                \
    } while (0)

enum : uint64_t { HIGH = BELOW_4_GIB, HIGH_FRAMES = 120, LOW_FRAMES = 70, DEVICE = 0xFEE00 };
enum : uint64_t { ALL = HIGH_FRAMES + LOW_FRAMES };

static const struct memory_region regions[] = {
    {10, LOW_FRAMES, MEMORY_FREE},
    {HIGH, HIGH_FRAMES, MEMORY_FREE},
};

static uint64_t storage[64];
static volatile uint64_t entry; // as of a page table: it names one frame, or is 0

const struct world_part world_parts[] = {
    {&state, sizeof state},
    {&claims_state, sizeof claims_state},
    {storage, sizeof storage},
    {(void *)(uintptr_t)&entry, sizeof entry},
    {},
};

void world_parts_start(void)
{
    memset(storage, 0, sizeof storage);
    entry = 0;
    if (frame_allocator_start(regions, 2) != STATUS_OK ||
        frame_allocator_storage_words() > sizeof storage / sizeof *storage)
        __builtin_trap();
    frame_allocator_adopt(storage);
}

// A hint that is clear tells of a word that is zero.
static bool hints_are_sound(const struct range_map *map)
{
    size_t words = (map->count + 63) / 64;
    for (size_t level = 0; level + 1 < map->level_count; level++) {
        for (size_t i = 0; i < words; i++)
            if (map->levels[level][i] && !(map->levels[level + 1][i / 64] >> i % 64 & 1))
                return false;
        words = (words + 63) / 64;
    }
    return true;
}

static const char *caches_fault(bool seen[ALL + 2]) LOCK_IMPLEMENTATION
{
    for (size_t i = 0; i < CACHES; i++) {
        const struct frame_cache *cache = &state.caches[i];
        if (cache->lock.holder || cache->height > CACHE_FRAMES)
            return "a cache is held, or too high";
        for (size_t j = 0; j < cache->height; j++) {
            const size_t index = frame_table_index_from(&state.table, cache->frames[j]);
            if (index > ALL + 1 || seen[index] || range_map_count_free(&state.map, index, 1))
                return "a frame is in two places";
            seen[index] = true;
        }
    }
    return nullptr;
}

const char *world_parts_fault(void) LOCK_IMPLEMENTATION
{
    bool seen[ALL + 2] = {};
    if (state.lock.holder || claims_state.lock.holder)
        return "a lock is held";
    const char *problem = caches_fault(seen);
    if (problem)
        return problem;
    const size_t named = frame_table_index_from(&state.table, entry);
    if (entry && (seen[named] || range_map_count_free(&state.map, named, 1)))
        return "a frame that is in use is free";
    if (state.map.free != range_map_count_free(&state.map, 0, state.map.count))
        return "free frames are not counted right";
    if (!hints_are_sound(&state.map))
        return "a hint hides free frames";
    if (state.map.free + cached_frames() + (entry != 0) != ALL)
        return "frames are lost";
    return device_claim_frames() ? "a claim has no deed" : nullptr;
}

static void single_frames(void)
{
    OWNED(frames, one);
    OWNED(frames, two);
    RUN(frames_allocate(1, &one));
    RUN(frames_allocate(1, &two));
    frames_drop(&one);
    RUN(frames_allocate(1, &one));
}

static void more_than_a_cache_holds(void)
{
    OWNED(frames, run);
    RUN(frames_allocate(CACHE_FRAMES + 2, &run));
    while (run.count > 1) {
        OWNED(frames, one);
        RUN(frames_split(&run, 1, &one));
    }
}

static void runs(void)
{
    OWNED(frames, large);
    OWNED(frames, low);
    const struct frame_request aligned = {.count = 64, .alignment = 32};
    const struct frame_request below = {.count = 3, .limit = 200};
    RUN(frames_allocate_for(&aligned, &large));
    RUN(frames_allocate_for(&below, &low));
    frames_drop(&large);
    frame_allocator_trim();
    RUN(frames_allocate(HIGH_FRAMES, &large));
}

static void memory_runs_out(void)
{
    OWNED(frames, all);
    OWNED(frames, one);
    RUN(frames_allocate(HIGH_FRAMES, &all));
    RUN(frames_allocate(1, &one)); // low
    OWNED(frames, none);
    if (frames_allocate(LOW_FRAMES, &none) == STATUS_OK)
        world.torn++;
}

static void splits_and_joins(void)
{
    OWNED(frames, deed);
    OWNED(frames, middle);
    OWNED(frames, last);
    RUN(frames_allocate(9, &deed));
    RUN(frames_split(&deed, 3, &last));
    RUN(frames_split(&deed, 3, &middle));
    RUN(frames_join(&last, &middle));
    RUN(frames_join(&deed, &last));
}

static void claims(void)
{
    OWNED(frames, device);
    OWNED(frames, rest);
    OWNED(frames, other);
    RUN(frames_claim_device(DEVICE, 4, &device));
    RUN(frames_claim_device(DEVICE + 4, 1, &other));
    RUN(frames_split(&device, 1, &rest));
    frames_drop(&device);
}

static void set_entry(void)
{
    OWNED(frames, deed);
    RUN(frames_allocate(1, &deed));
    const uint64_t frame = deed.first;
    OWNED(frames_change, change);
    frames_change_from_deed(&deed, &entry, &change);
    entry = frame;
}

static void entries(void)
{
    set_entry();
    OWNED(frames_change, change);
    frames_change_from_word(entry, 1, &entry, &change);
    entry = 0;
    frames_change_drop(&change);
    set_entry();
}

const struct scenario scenarios[] = {
    {"single frames", single_frames},
    {"more than a cache holds", more_than_a_cache_holds},
    {"runs", runs},
    {"memory runs out", memory_runs_out},
    {"splits and joins", splits_and_joins},
    {"claims", claims},
    {"entries", entries},
    {},
};

// Wrong: the bits are settled before the deed owns.
static void bits_before_the_deed(void)
{
    static const volatile uint64_t somebody = 1;
    OWNED(frames, deed);
    HOLD(&state.lock);
    {
        OWNED(range_change, change);
        range_change_begin(&state.map, 0, 1, &somebody, &change);
    }
    FILL(&deed, .first = regions[0].first, .count = 1);
}

// Wrong: the two halves of a split are filled without a boundary.
static void split_without_a_boundary(void)
{
    OWNED(frames, deed);
    OWNED(frames, rest);
    RUN(frames_allocate(2, &deed));
    FILL(&rest, .first = deed.first + 1, .count = 1);
    deed.count = 1;
}

const struct scenario broken_scenarios[] = {
    {"bits before the deed", bits_before_the_deed},
    {"split without a boundary", split_without_a_boundary},
    {},
};
