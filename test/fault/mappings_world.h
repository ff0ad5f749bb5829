// SPDX-License-Identifier: MIT
/// mappings_world: the world of mappings, for the scenarios that include it: page tables, mappings
/// and text_write, whose own sources are included here so that a sweep reaches their state.
///
/// What they stand on is simple and atomic (PRIMITIVE): frames are bits, pages are counted, the
/// page tables lie in a few frames of memory, and memory is reached through them. Frames from LARGE
/// on have numbers, but no memory; those from DEVICE_FRAMES on are claimed, as the scenarios say.
#pragma once
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
#define zero zero_pages
#include "cells/memory/mapped_pages/changes.c"
#include "cells/memory/mapped_pages/mapped_pages.c"
#undef zero
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
    DEVICE_FRAMES = 4096,
    RUNS = 4,
    AREA = 0xFFFF800000000000,
    SCRATCH = 0xFFFFFFFF80200000,
    ROOT = 1, // frame
};

static uint64_t memory[MEMORY_FRAMES + 1][512];
static uint64_t frames_used;      // bits
static uint64_t large_used;       // of the frames from LARGE on
static uint64_t device_writes_to; // bits of frames that must not be given back meanwhile
static uint64_t pages_used[RUNS]; // of each 2 MiB
static unsigned tables_at_start;
static bool write_protected;

#define MAPPINGS_PARTS                                                                             \
    {&tables_state, sizeof tables_state}, {&text_state, sizeof text_state},                        \
        {memory, sizeof memory}, {&frames_used, sizeof frames_used},                               \
        {&large_used, sizeof large_used}, {&device_writes_to, sizeof device_writes_to},            \
        {pages_used, sizeof pages_used},                                                           \
    {                                                                                              \
        &write_protected, sizeof write_protected                                                   \
    }

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

// Gives the frames of a device back to their claim, and clears `live`.
static void give_device_frames(uint64_t first, volatile uint64_t *live);

PRIMITIVE static void give_memory(uint64_t first, volatile uint64_t *live)
{
    const uint64_t count = *live;
    *live = 0;
    if (first >= LARGE) {
        world.torn += large_used < count;
        large_used -= count;
        return;
    }
    const uint64_t run = ((UINT64_C(1) << count) - 1) << first;
    world.torn += (frames_used & run) != run || (device_writes_to & run) != 0;
    frames_used &= ~run;
}

static void give_frames(uint64_t first, volatile uint64_t *live)
{
    if (*live == 0)
        return;
    if (first >= DEVICE_FRAMES)
        give_device_frames(first, live);
    else
        give_memory(first, live);
}

PRIMITIVE enum status frames_allocate(uint64_t count, FILLS(struct frames) deed)
{
    return frames_allocate_for(&(struct frame_request){.count = count}, deed);
}

void frames_drop(TAKES(struct frames) deed)
{
    give_frames(deed->first, &deed->count);
}

PRIMITIVE void frames_change_from_deed(TAKES(struct frames) deed, const volatile uint64_t *word,
                                       FILLS(struct frames_change) change)
{
    FILL(change, .first = deed->first, .count = deed->count, .word = word);
    deed->count = 0;
}

void frames_change_drop(TAKES(struct frames_change) change)
{
    if (change->count && *change->word == 0)
        give_frames(change->first, &change->count);
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

void pages_note_loaded([[maybe_unused]] enum page_area area, [[maybe_unused]] uint64_t count)
{
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

static void mappings_start(void)
{
    memset(memory, 0, sizeof memory);
    large_used = 0;
    device_writes_to = 0;
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

// Null, or what is wrong, where up to `kept` bytes may be in quarantine.
static const char *mappings_fault(uint64_t kept) LOCK_IMPLEMENTATION
{
    const uint64_t quarantined = page_table_quarantined();
    const uint64_t accounted = tables_at_start + empty_tables() + quarantined / FRAME_SIZE;
    if (tables_state.lock.holder || text_state.lock.holder)
        return "a lock is held";
    if (!write_protected)
        return "text can be written";
    for (uint64_t i = 0; i < RUNS; i++)
        if (pages_used[i])
            return "pages are lost";
    if (quarantined > kept)
        return "frames are in quarantine";
    if (frames_in_use() != accounted)
        return frames_in_use() > accounted ? "frames are lost" : "an entry is left";
    return nullptr;
}
