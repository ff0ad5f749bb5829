// SPDX-License-Identifier: MIT
// Places are given out in granules of a cache line, so that objects of two cells share none.
//
// Live swap:  the map of places and the list of areas are all the state there is.
// Fault:      see per_cpu.h.
#include <cpu/per_cpu.h>
#include <libc/string.h>
#include <memory/range_map.h>

enum : size_t { GRANULE = 64, GRANULES = PER_CPU_AREA_SIZE / GRANULE };

STATE struct per_cpu_state {
    struct range_map map;
    uint64_t words[GRANULES / 64];
    struct per_cpu_area *areas[PER_CPU_LIMIT];
    size_t area_count;
} state;

static size_t granules(size_t size)
{
    return (size + GRANULE - 1) / GRANULE;
}

void per_cpu_start(struct per_cpu_area *area, size_t used)
{
    const size_t taken = granules(used);
    range_map_initialise(&state.map, state.words, GRANULES);
    range_map_give(&state.map, taken, GRANULES - taken);
    state.areas[0] = area;
    state.area_count = 1;
}

enum status per_cpu_add(struct per_cpu_area *area)
{
    if (state.area_count == PER_CPU_LIMIT)
        return STATUS_EXHAUSTED;
    state.areas[state.area_count++] = area;
    return STATUS_OK;
}

static void zero(size_t offset, size_t size)
{
    for (size_t i = 0; i < state.area_count; i++)
        memset(state.areas[i]->objects + offset - sizeof(struct context_header), 0, size);
}

enum status per_cpu_allocate(size_t size, size_t alignment, FILLS(struct per_cpu_space) space)
{
    size_t first;
    if (size == 0 || alignment > GRANULE)
        return STATUS_INVALID;
    if (size > PER_CPU_AREA_SIZE)
        return STATUS_EXHAUSTED;
    TRY(range_map_take(&state.map, granules(size), &first));
    zero(first * GRANULE, granules(size) * GRANULE);
    FILL(space, .offset = (uint32_t)(first * GRANULE), .size = (uint32_t)size);
    return STATUS_OK;
}

PRIMITIVE void per_cpu_space_drop(TAKES(struct per_cpu_space) space)
{
    TAKE(taken, space);
    range_map_give(&state.map, taken.offset / GRANULE, granules(taken.size));
}

OWNERSHIP(per_cpu_space, size);

PRIMITIVE void per_cpu_space_leave(TAKES(struct per_cpu_space) space)
{
    space->size = 0;
}
