// SPDX-License-Identifier: MIT
// One map of pages for each area.
//
// Live swap:  the maps are all the state there is.
// Fault:      see range_map.
#include <memory/page_allocator.h>
#include <memory/range_map.h>

enum : uint64_t { PAGE = 4096, MIB = 1 << 20 };
enum : size_t {
    CELL_PAGES = 256 * MIB / PAGE,
    HEAP_PAGES = 1024 * MIB / PAGE,
    STACK_PAGES = 256 * MIB / PAGE,
    DEVICE_PAGES = 256 * MIB / PAGE,
};

// Areas other than that of the cells have an entry of the top-level table each.
static const uint64_t area_base[PAGE_AREAS] = {
    [PAGES_CELLS] = 0xFFFFFFFF90000000,
    [PAGES_HEAP] = 0xFFFFFE0000000000,
    [PAGES_STACKS] = 0xFFFFFD8000000000,
    [PAGES_DEVICES] = 0xFFFFFD0000000000,
};

static struct {
    struct range_map maps[PAGE_AREAS];
    uint64_t cell_words[CELL_PAGES / 64];
    uint64_t heap_words[HEAP_PAGES / 64];
    uint64_t stack_words[STACK_PAGES / 64];
    uint64_t device_words[DEVICE_PAGES / 64];
} state;

static void start_area(enum page_area area, uint64_t *words, size_t count)
{
    range_map_initialise(&state.maps[area], words, count);
    range_map_give(&state.maps[area], 0, count);
}

void page_allocator_start(void)
{
    start_area(PAGES_CELLS, state.cell_words, CELL_PAGES);
    start_area(PAGES_HEAP, state.heap_words, HEAP_PAGES);
    start_area(PAGES_STACKS, state.stack_words, STACK_PAGES);
    start_area(PAGES_DEVICES, state.device_words, DEVICE_PAGES);
}

enum status pages_allocate(enum page_area area, uint64_t count, struct pages *deed)
{
    if (count == 0)
        return STATUS_INVALID;
    size_t first;
    TRY(range_map_take(&state.maps[area], count + 1, &first));
    *deed = (struct pages){area_base[area] + first * PAGE, count, area};
    return STATUS_OK;
}

void pages_free(struct pages *deed)
{
    if (deed->count == 0)
        return;
    const size_t first = (deed->address - area_base[deed->area]) / PAGE;
    range_map_give(&state.maps[deed->area], first, deed->count + 1);
    *deed = (struct pages){};
}
