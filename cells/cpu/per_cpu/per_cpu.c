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
    uint64_t words[GRANULES / 64 + 1];
    struct per_cpu_area *areas[PER_CPU_LIMIT];
    size_t area_count;
} state;

static_assert(GRANULES / 64 <= 64, "the map has two levels, of which the upper one is a word");

STATE struct per_cpu_area boot_area;

struct per_cpu_area *per_cpu_boot_area(void)
{
    return &boot_area;
}

static size_t granules(size_t size)
{
    return (size + GRANULE - 1) / GRANULE;
}

void per_cpu_start(struct per_cpu_area *area, size_t used)
{
    static const volatile uint64_t nobody = 0;
    const size_t taken = granules(used);
    OWNED(range_change, change);
    memset(state.words, 0, sizeof state.words);
    range_map_initialise(&state.map, state.words, GRANULES);
    range_change_begin(&state.map, taken, GRANULES - taken, &nobody, &change);
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
    OWNED(range_change, change);
    size_t first;
    if (size == 0 || alignment > GRANULE)
        return STATUS_INVALID;
    const struct range_request request = {.count = granules(size)};
    if (size > PER_CPU_AREA_SIZE || !range_map_find(&state.map, &request, &first))
        return STATUS_EXHAUSTED;
    range_change_begin(&state.map, first, request.count, &space->size, &change);
    zero(first * GRANULE, granules(size) * GRANULE);
    FILL(space, .offset = first * GRANULE, .size = size);
    return STATUS_OK;
}

void per_cpu_space_drop(TAKES(struct per_cpu_space) space)
{
    if (!space->size)
        return;
    OWNED(range_change, change);
    range_change_begin(&state.map, space->offset / GRANULE, granules(space->size), &space->size,
                       &change);
    space->size = 0;
}

OWNERSHIP(per_cpu_space, size);

void per_cpu_space_adopt(size_t offset, size_t size, FILLS(struct per_cpu_space) space)
{
    FILL(space, .offset = offset, .size = size);
}

PRIMITIVE void per_cpu_space_leave(TAKES(struct per_cpu_space) space)
{
    space->size = 0;
}
