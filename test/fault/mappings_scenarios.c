// SPDX-License-Identifier: MIT
// Page tables, mappings and text_write: when all mappings are dropped and empty tables are trimmed,
// every frame and every page is free but those of the tables that were there at the start.
#include "scenarios.h"

#include "mappings_world.h"

const struct world_part world_parts[] = {MAPPINGS_PARTS, {}};

void world_parts_start(void)
{
    mappings_start();
}

const char *world_parts_fault(void)
{
    return mappings_fault(0);
}

// There are none here.
static void give_device_frames([[maybe_unused]] uint64_t first,
                               [[maybe_unused]] volatile uint64_t *live)
{
    __builtin_trap();
}

static enum status map_some(uint64_t count, FILLS(struct mapped_pages_mut) mapping)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    TRY(frames_allocate(count, &frames));
    TRY(pages_allocate_for(&(struct page_request){PAGES_HEAP, count, count}, &pages));
    return map_writable(&pages, &frames, mapping);
}

static void maps_and_unmaps(void)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages, second);
    OWNED(frames, frames);
    OWNED(pages, pages);
    RUN(map_some(2, &mapping));
    RUN(frames_allocate(1, &frames));
    RUN(pages_allocate(PAGES_STACKS, 1, &pages));
    RUN(map_readable(&pages, &frames, &second));
    mapped_pages_mut_drop(&mapping);
}

static void allocates(void)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages_mut, moved);
    RUN(mapped_pages_allocate(MAPPING_HEAP, PAGE_SIZE, &mapping));
    MOVE_TO(&moved, &mapping);
}

static void runs_out_of_frames(void)
{
    OWNED(mapped_pages_mut, first);
    OWNED(mapped_pages_mut, second);
    OWNED(frames, frames);
    RUN(frames_allocate(MEMORY_FRAMES - 9, &frames));
    if (mapped_pages_allocate(MAPPING_HEAP, 8 * PAGE_SIZE, &first) == STATUS_OK)
        world.torn++;
}

static void changes_type(void)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages, readable);
    OWNED(mapped_pages_mut, again);
    OWNED(mapped_pages_exec, code);
    RUN(map_some(3, &mapping));
    mapped_pages_freeze(&mapping, &readable);
    mapped_pages_thaw(&readable, &again);
    mapped_pages_seal(&again, &code);
}

static void splits_and_joins(void)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages_mut, rest);
    OWNED(mapped_pages_mut, last);
    RUN(map_some(4, &mapping));
    RUN(mapped_pages_mut_split(&mapping, PAGE_SIZE, &rest));
    RUN(mapped_pages_mut_split(&rest, PAGE_SIZE, &last));
    RUN(mapped_pages_mut_join(&mapping, &rest));
    mapped_pages_mut_drop(&mapping);
}

static void maps_a_large_page(void)
{
    OWNED(mapped_pages_mut, mapping);
    RUN(map_some(PAGES_IN_LARGE, &mapping));
}

static void gives_a_large_page(void)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    OWNED(mapped_pages_mut, mapping);
    OWNED(frames, none);
    RUN(pages_allocate_for(&(struct page_request){PAGES_HEAP, 512, 512}, &pages));
    RUN(page_table_reserve(pages.address, pages.count));
    RUN(frames_allocate(PAGES_IN_LARGE, &frames));
    {
        OWNED(map_change, change);
        FILL(&change, .mapping = &mapping.size, .pages = &pages.count, .frames = &none.count,
             .address = pages.address, .count = pages.count);
        FILL(&mapping, .address = pages.address, .size = LARGE_PAGE_SIZE, .purpose = MAPPING_HEAP);
    }
    RUN(page_table_give(mapping.address, &frames));
}

static void trims(void)
{
    OWNED(mapped_pages_mut, mapping);
    RUN(map_some(2, &mapping));
    mapped_pages_mut_drop(&mapping);
    page_table_trim();
    RUN(map_some(2, &mapping));
}

static void patches_text(void)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages_exec, code);
    RUN(map_some(1, &mapping));
    mapped_pages_seal(&mapping, &code);
    uint8_t old = *(volatile uint8_t *)page_window_memory(code.address + 1);
    const struct text_patch patch = {code.address + 1, 1, {old}, {(uint8_t)(old + 1)}};
    if (text_write(&patch, 1) != STATUS_OK)
        world.torn++;
}

const struct scenario scenarios[] = {
    {"maps and unmaps", maps_and_unmaps},
    {"allocates", allocates},
    {"runs out of frames", runs_out_of_frames},
    {"changes type", changes_type},
    {"splits and joins", splits_and_joins},
    {"maps a large page", maps_a_large_page},
    {"gives a large page", gives_a_large_page},
    {"trims", trims},
    {"patches text", patches_text},
    {},
};

// Wrong: the deeds are emptied before the mapping owns.
static void deeds_emptied_first(void)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    OWNED(mapped_pages_mut, mapping);
    RUN(frames_allocate(1, &frames));
    RUN(pages_allocate(PAGES_HEAP, 1, &pages));
    RUN(page_table_reserve(pages.address, 1));
    const uint64_t address = pages.address;
    page_table_set(address, frames.first * FRAME_SIZE, 1, PAGE_WRITABLE);
    pages_leave(&pages);
    frames_leave(&frames);
    FILL(&mapping, .address = address, .size = PAGE_SIZE, .purpose = MAPPING_HEAP);
}

// Wrong: an entry is cleared before its frame has another owner.
static void entry_cleared_first(void)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(frames, frame);
    RUN(map_some(1, &mapping));
    volatile uint64_t *entry = page_window_entry(mapping.address, 1);
    const uint64_t number = frame_of(*entry);
    *entry = 0;
    FILL(&frame, .first = number, .count = 1);
}

const struct scenario broken_scenarios[] = {
    {"deeds emptied first", deeds_emptied_first},
    {"entry cleared first", entry_cleared_first},
    {},
};
