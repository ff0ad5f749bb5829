// SPDX-License-Identifier: MIT
// The audit keeps a table of the frames that it has met, in memory of its own, and so counts the
// frames of that table as well.
//
// Live swap:  what the boot noted is all the state there is.
// Fault:      nothing is changed after the boot.
#include <memory/box.h>
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_table.h>
#include <memory/system_memory.h>

STATE struct system_memory_state {
    uint64_t other_tables;   // bytes
    uint64_t core_text_page; // by number: no word here looks like a pointer into that text
    uint64_t core_text_pages;
    bool exceptions[MEMORY_EXCEPTIONS];
} state;

void system_memory_count_tables(uint64_t size)
{
    state.other_tables += size;
}

void memory_trim(void)
{
    page_table_trim();
    frame_allocator_trim();
}

void system_memory_note_exception(enum memory_exception exception)
{
    state.exceptions[exception] = true;
}

const char *memory_exception_name(enum memory_exception exception)
{
    static const char *const names[MEMORY_EXCEPTIONS] = {
        [MEMORY_EXCEPTION_FIRMWARE] = "firmware_runtime_services",
    };
    return state.exceptions[exception] ? names[exception] : nullptr;
}

void system_memory_note_core_text(uint64_t page, uint64_t count)
{
    state.core_text_page = page;
    state.core_text_pages = count;
}

struct system_memory system_memory_read(void)
{
    const struct frame_statistics frames = frame_statistics();
    return (struct system_memory){
        .total = frames.total,
        .free = frames.free,
        .reserved = frames.reserved,
        .device = mapped_pages_bytes(MAPPING_DEVICE),
        .in_use = frames.total - frames.free - frames.reserved,
        .heap = mapped_pages_bytes(MAPPING_HEAP),
        .cells = mapped_pages_bytes(MAPPING_CELL),
        .stacks = mapped_pages_bytes(MAPPING_STACK),
        .page_tables = state.other_tables + page_table_visit(nullptr, nullptr) * PAGE_SIZE,
    };
}

// Frames are kept in a hash table of twice their number, open addressing.
struct walk {
    struct memory_audit audit;
    BORROWS uint64_t *seen; // frame address | 1; 0: free
    uint64_t mask;
};

static void count_mapping(void *context, [[maybe_unused]] const struct page_mapping *mapping)
{
    uint64_t *pages = context;
    *pages += mapping->size / PAGE_SIZE;
}

static bool note_frame(struct walk *walk, uint64_t frame)
{
    uint64_t place = frame / FRAME_SIZE * 0x9E3779B97F4A7C15 >> 20;
    for (;; place++) {
        uint64_t *entry = &walk->seen[place & walk->mask];
        if (*entry == (frame | 1))
            return false;
        if (*entry == 0) {
            *entry = frame | 1;
            return true;
        }
    }
}

static void audit_mapping(void *context, const struct page_mapping *mapping)
{
    struct walk *walk = context;
    struct memory_audit *audit = &walk->audit;
    audit->mappings++;
    if (mapping->writable && mapping->executable && audit->writable_executable++ == 0)
        audit->writable_executable_at = mapping->address;
    if (mapping->size > LARGE_PAGE_SIZE && audit->too_large++ == 0)
        audit->too_large_at = mapping->address;
    audit->window_aliases += mapping->size == LARGE_PAGE_SIZE;
    for (uint64_t offset = 0; offset < mapping->size; offset += PAGE_SIZE) {
        const uint64_t address = mapping->address + offset;
        audit->nano_core_text_frames +=
            address / PAGE_SIZE - state.core_text_page < state.core_text_pages;
        if (!note_frame(walk, mapping->physical + offset) && audit->frames_mapped_twice++ == 0)
            audit->mapped_twice_at = address;
    }
}

enum status memory_audit(struct memory_audit *audit)
{
    uint64_t pages = 0;
    uint64_t slots = 1;
    OWNED(box, seen);
    page_table_visit(count_mapping, &pages);
    // Half as much again for the table's own pages: eight bytes a slot, two slots a page.
    while (slots < 2 * (pages + pages / 2 + 64))
        slots *= 2;
    TRY(box_allocate(slots * sizeof(uint64_t), nullptr, &seen));
    struct walk walk = {.seen = seen.content, .mask = slots - 1};
    page_table_visit(audit_mapping, &walk);
    walk.audit.window_executable = !page_table_window_holds();
    *audit = walk.audit;
    return STATUS_OK;
}

bool memory_audit_holds(const struct memory_audit *audit)
{
    return audit->writable_executable == 0 && audit->frames_mapped_twice == 0 &&
           audit->window_executable == 0 && audit->too_large == 0;
}
