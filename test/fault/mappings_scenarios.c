// SPDX-License-Identifier: MIT
// Page tables, mappings and text_write: when all mappings are dropped and empty tables are trimmed,
// every frame and every page is free but those of the tables that were there at the start.
//
// Under test are the cells' own sources, included here so that a sweep reaches their state. What
// they stand on is simple and atomic (PRIMITIVE): frames are bits, pages are counted, the page
// tables lie in a few frames of memory, and memory is reached through them. Frames from LARGE on
// have numbers, but no memory.
#include "scenarios.h"
#include "world.h"

#include <string.h>

#include <memory/frame_allocator.h>
#include <memory/page_allocator.h>
#include <memory/page_window.h>
#include <memory/tlb.h>

// NOLINTBEGIN(bugprone-suspicious-include): that is the point
#define state tables_state
#include "cells/memory/page_table/tables.c"
#undef state
#include "cells/memory/page_table/page_table.c"
#define state mapped_state
#define zero zero_pages
#include "cells/memory/mapped_pages/changes.c"
#include "cells/memory/mapped_pages/mapped_pages.c"
#undef zero
#undef state
#define state text_state
#include "cells/memory/text_write/text_write.c"
#undef state
// NOLINTEND(bugprone-suspicious-include)

#define RUN(call)                                                                                  \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            return;                                                                                \
    } while (0)

enum : uint64_t {
    MEMORY_FRAMES = 12, // 1 to 12
    LARGE = 512,        // 512 frames from here
    RUNS = 4,
    AREA = 0xFFFF800000000000,
    SCRATCH = 0xFFFFFFFF80200000,
    ROOT = 1, // frame
};

static uint64_t memory[MEMORY_FRAMES + 1][512];
static uint64_t frames_used;      // bits
static uint64_t large_used;       // of the frames from LARGE on
static uint64_t pages_used[RUNS]; // of each 2 MiB
static unsigned tables_at_start;
static bool write_protected;

const struct world_part world_parts[] = {
    {&tables_state, sizeof tables_state},
    {&mapped_state, sizeof mapped_state},
    {&text_state, sizeof text_state},
    {memory, sizeof memory},
    {&frames_used, sizeof frames_used},
    {&large_used, sizeof large_used},
    {pages_used, sizeof pages_used},
    {&write_protected, sizeof write_protected},
    {},
};

static unsigned index_of(uint64_t address, unsigned level)
{
    return address >> (12 + 9 * (level - 1)) & 511;
}

PRIMITIVE volatile uint64_t *page_window_entry(uint64_t address, unsigned level)
{
    uint64_t table = ROOT;
    for (unsigned above = 4; above > level; above--) {
        const uint64_t entry = memory[table][index_of(address, above)];
        if (!(entry & ENTRY_PRESENT) || entry & ENTRY_LARGE)
            __builtin_trap();
        table = frame_of(entry);
    }
    return &memory[table][index_of(address, level)];
}

PRIMITIVE void *page_window_memory(uint64_t address)
{
    const uint64_t frame = frame_of(*page_window_entry(address, 1));
    return (char *)memory[frame] + address % PAGE_SIZE;
}

PRIMITIVE void page_window_protect(bool protect)
{
    write_protected = protect;
}

void page_window_start(void)
{
}

void page_window_forget([[maybe_unused]] uint64_t address)
{
}

void page_window_forget_all(void)
{
}

enum status tlb_shoot_down([[maybe_unused]] uint64_t address, [[maybe_unused]] uint64_t count)
{
    return STATUS_OK;
}

PRIMITIVE enum status frames_allocate_for(const struct frame_request *request,
                                          FILLS(struct frames) deed)
{
    if (request->count == LARGE) {
        if (large_used)
            return STATUS_EXHAUSTED;
        large_used = LARGE;
        FILL(deed, .first = LARGE, .count = LARGE);
        return STATUS_OK;
    }
    const uint64_t run = (UINT64_C(1) << request->count) - 1;
    for (uint64_t first = ROOT; first + request->count <= MEMORY_FRAMES + 1; first++) {
        if (frames_used & run << first)
            continue;
        frames_used |= run << first;
        FILL(deed, .first = first, .count = request->count);
        return STATUS_OK;
    }
    return STATUS_EXHAUSTED;
}

static void give_frames(uint64_t first, uint64_t count)
{
    if (first >= LARGE) {
        world.torn += large_used < count;
        large_used -= count;
        return;
    }
    const uint64_t run = ((UINT64_C(1) << count) - 1) << first;
    world.torn += (frames_used & run) != run;
    frames_used &= ~run;
}

PRIMITIVE enum status frames_allocate(uint64_t count, FILLS(struct frames) deed)
{
    return frames_allocate_for(&(struct frame_request){.count = count}, deed);
}

PRIMITIVE void frames_drop(TAKES(struct frames) deed)
{
    give_frames(deed->first, deed->count);
    deed->count = 0;
}

PRIMITIVE void frames_change_from_deed(TAKES(struct frames) deed, const volatile uint64_t *word,
                                       FILLS(struct frames_change) change)
{
    FILL(change, .first = deed->first, .count = deed->count, .word = word);
    deed->count = 0;
}

PRIMITIVE void frames_change_drop(TAKES(struct frames_change) change)
{
    if (change->count && *change->word == 0)
        give_frames(change->first, change->count);
    change->count = 0;
}

OWNERSHIP(frames, count);
OWNERSHIP(frames_change, count);

struct frame_statistics frame_statistics(void)
{
    return (struct frame_statistics){.free = 2 * LARGE * FRAME_SIZE};
}

// Each run begins at a multiple of 512 pages.
PRIMITIVE enum status pages_allocate_for(const struct page_request *request,
                                         FILLS(struct pages) deed)
{
    for (uint64_t i = 0; i < RUNS; i++) {
        if (pages_used[i])
            continue;
        pages_used[i] = request->count;
        FILL(deed, .address = AREA + i * LARGE_PAGE_SIZE, .count = request->count,
             .area = request->area);
        return STATUS_OK;
    }
    return STATUS_EXHAUSTED;
}

enum status pages_allocate(enum page_area area, uint64_t count, FILLS(struct pages) deed)
{
    return pages_allocate_for(&(struct page_request){.area = area, .count = count}, deed);
}

PRIMITIVE void pages_drop(TAKES(struct pages) deed)
{
    const uint64_t run = (deed->address - AREA) / LARGE_PAGE_SIZE;
    if (deed->count) {
        world.torn += pages_used[run] < deed->count;
        pages_used[run] -= deed->count;
    }
    deed->count = 0;
}

OWNERSHIP(pages, count);

// Only the tables of the lowest level lie within the area.
bool pages_are_free(uint64_t address, uint64_t count)
{
    const uint64_t run = (address - AREA) / LARGE_PAGE_SIZE;
    return address >= AREA && run < RUNS && count == PAGES_IN_LARGE && !pages_used[run];
}

uint64_t pages_held([[maybe_unused]] enum page_area area)
{
    return 0;
}

static unsigned frames_in_use(void)
{
    return (unsigned)__builtin_popcountll(frames_used) + (unsigned)large_used;
}

static void make_tables(void)
{
    uint64_t table = ROOT;
    frames_used = 1 << ROOT;
    for (unsigned level = 4; level > 1; level--) {
        const uint64_t next = table + 1;
        frames_used |= UINT64_C(1) << next;
        memory[table][index_of(SCRATCH, level)] =
            next * FRAME_SIZE | ENTRY_PRESENT | ENTRY_WRITABLE;
        table = next;
    }
}

void world_parts_start(void)
{
    memset(memory, 0, sizeof memory);
    large_used = 0;
    memset(pages_used, 0, sizeof pages_used);
    memset(&tables_state, 0, sizeof tables_state);
    memset(&text_state, 0, sizeof text_state);
    write_protected = true;
    make_tables();
    page_table_start(SCRATCH);
    if (page_table_reserve(AREA, 1) != STATUS_OK)
        __builtin_trap();
    page_table_trim();
    tables_at_start = frames_in_use();
}

// Tables of the lowest level that the area has: they stay until they are trimmed, and are empty.
// The freeing of one may have ended in a fault; then it is mended when it is next looked at.
static unsigned empty_tables(void)
{
    const uint64_t directory = frame_of(*page_window_entry(AREA, 2 + 1));
    unsigned count = 0;
    for (uint64_t i = 0; i < RUNS; i++) {
        const uint64_t entry = memory[directory][i];
        count += entry != 0;
        for (uint64_t j = 0; j < ENTRIES && entry != 0; j++)
            if (entry & ENTRY_LARGE || memory[frame_of(entry)][j] != 0)
                return UINT32_MAX / 2;
    }
    return count;
}

const char *world_parts_fault(void) LOCK_IMPLEMENTATION
{
    if (tables_state.lock.holder || text_state.lock.holder)
        return "a lock is held";
    if (!write_protected)
        return "text can be written";
    for (uint64_t i = 0; i < RUNS; i++)
        if (pages_used[i])
            return "pages are lost";
    if (page_table_quarantined() != 0)
        return "frames are in quarantine";
    if (frames_in_use() != tables_at_start + empty_tables())
        return frames_in_use() > tables_at_start + empty_tables() ? "frames are lost"
                                                                  : "an entry is left";
    return nullptr;
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
