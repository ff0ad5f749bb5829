// SPDX-License-Identifier: MIT
// One bit a frame from address 0 to the end of the last free region.
//
// Live swap:  the map and the totals are all the state there is.
// Fault:      see range_map.
#include <memory/frame_allocator.h>
#include <memory/range_map.h>

enum { REGION_LIMIT = 128 };

struct run {
    uint64_t first; // frame number
    uint64_t count;
};

STATE struct frame_allocator_state {
    struct run free[REGION_LIMIT]; // the free regions as they were at the start
    size_t free_count;
    size_t early;        // index in `free`: single frames come off this region's end
    uint64_t early_left; // frames of that region not given out yet
    struct range_map map;
    bool adopted;
    uint64_t total;
    uint64_t reserved;
} state;

static void note_region(const struct memory_region *region)
{
    state.total += region->count;
    if (region->kind == MEMORY_FREE && state.free_count < REGION_LIMIT)
        state.free[state.free_count++] = (struct run){region->first, region->count};
    else if (region->kind != MEMORY_USED)
        state.reserved += region->count;
}

enum status frame_allocator_start(const struct memory_region *regions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        note_region(&regions[i]);
    for (size_t i = 0; i < state.free_count; i++)
        if (state.free[i].count > state.free[state.early].count)
            state.early = i;
    if (state.free_count == 0)
        return STATUS_EXHAUSTED;
    state.early_left = state.free[state.early].count;
    return STATUS_OK;
}

static size_t frame_limit(void)
{
    uint64_t limit = 0;
    for (size_t i = 0; i < state.free_count; i++)
        if (state.free[i].first + state.free[i].count > limit)
            limit = state.free[i].first + state.free[i].count;
    return limit;
}

size_t frame_allocator_storage_words(void)
{
    return range_map_words(frame_limit());
}

void frame_allocator_adopt(uint64_t *storage)
{
    range_map_initialise(&state.map, storage, frame_limit());
    state.free[state.early].count = state.early_left;
    for (size_t i = 0; i < state.free_count; i++)
        range_map_give(&state.map, state.free[i].first, state.free[i].count);
    state.adopted = true;
}

static enum status allocate_early(uint64_t count, FILLS(struct frames) deed)
{
    if (count != 1 || state.early_left == 0)
        return STATUS_EXHAUSTED;
    state.early_left--;
    FILL(deed, .first = state.free[state.early].first + state.early_left, .count = 1);
    return STATUS_OK;
}

enum status frames_allocate(uint64_t count, FILLS(struct frames) deed)
{
    if (count == 0)
        return STATUS_INVALID;
    if (!state.adopted)
        return allocate_early(count, deed);
    size_t first;
    TRY(range_map_take(&state.map, count, &first));
    FILL(deed, .first = first, .count = count);
    return STATUS_OK;
}

PRIMITIVE void frames_drop(TAKES(struct frames) deed)
{
    TAKE(taken, deed);
    range_map_give(&state.map, taken.first, taken.count);
}

void frames_adopt(uint64_t first, uint64_t count, FILLS(struct frames) deed)
{
    FILL(deed, .first = first, .count = count);
}

PRIMITIVE void frames_leave(TAKES(struct frames) deed)
{
    deed->count = 0;
}

OWNERSHIP(frames, count);

struct frame_statistics frame_statistics(void)
{
    return (struct frame_statistics){
        .total = state.total * FRAME_SIZE,
        .free = (state.adopted ? state.map.free : state.early_left) * FRAME_SIZE,
        .reserved = state.reserved * FRAME_SIZE,
    };
}
