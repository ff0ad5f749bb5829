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

STATE struct page_allocator_state {
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

enum status pages_allocate(enum page_area area, uint64_t count, FILLS(struct pages) deed)
{
    if (count == 0)
        return STATUS_INVALID;
    size_t first;
    TRY(range_map_take(&state.maps[area], count + 1, &first));
    FILL(deed, .address = area_base[area] + first * PAGE, .count = count, .area = area);
    return STATUS_OK;
}

PRIMITIVE void pages_drop(TAKES(struct pages) deed)
{
    if (deed->count == 0)
        return;
    TAKE(taken, deed);
    const size_t first = (taken.address - area_base[taken.area]) / PAGE;
    range_map_give(&state.maps[taken.area], first, taken.count + 1);
}

void pages_adopt(enum page_area area, uint64_t address, uint64_t count, FILLS(struct pages) deed)
{
    FILL(deed, .address = address, .count = count, .area = area);
}

PRIMITIVE void pages_leave(TAKES(struct pages) deed)
{
    deed->count = 0;
}

OWNERSHIP(pages, count);
