// SPDX-License-Identifier: MIT
// The three types have one layout and differ in name alone; what differs in the code is their names
// too, so that each is written once here and made three times.
//
// Live swap:  nothing is remembered.
// Fault:      see mapped_pages.h; mapping.h has the changes in progress.
#include "mapping.h"

#include <memory/page_window.h>

// In this order: frames and pages are owned until the mapping is; then, if a fault has not done it,
// their slots are emptied.
#define MAP(map, type, protection)                                                                 \
    enum status map(TAKES(struct pages) pages, TAKES(struct frames) frames,                        \
                    FILLS(struct type) mapping)                                                    \
    {                                                                                              \
        TRY(mapping_prepare(pages, frames));                                                       \
        OWNED(map_change, change);                                                                 \
        FILL(&change, .mapping = &mapping->size, .pages = &pages->count, .frames = &frames->count, \
             .address = pages->address, .count = pages->count);                                    \
        page_table_set(pages->address, frames->first *FRAME_SIZE, pages->count, protection);       \
        FILL(mapping, .address = pages->address, .size = pages->count * PAGE_SIZE,                 \
             .purpose = mapping_purpose_of(pages->area));                                          \
        pages_leave(pages);                                                                        \
        frames_leave(frames);                                                                      \
        map_change_settled(&change);                                                               \
        return STATUS_OK;                                                                          \
    }                                                                                              \
    static_assert(true)

MAP(map_readable, mapped_pages, PAGE_READABLE);
MAP(map_writable, mapped_pages_mut, PAGE_WRITABLE);
MAP(map_executable, mapped_pages_exec, PAGE_EXECUTABLE);
MAP(map_uncached, mapped_pages_mut, PAGE_DEVICE);
MAP(map_write_combining, mapped_pages_mut, PAGE_WRITE_COMBINING);

#define MAPPING_TYPE(type)                                                                         \
    void type##_drop(TAKES(struct type) mapping)                                                   \
    {                                                                                              \
        mapping_unmap(mapping->purpose, mapping->address, &mapping->size, PAGE_FRAMES_FREE);       \
        mapping->size = 0;                                                                         \
    }                                                                                              \
    enum status type##_split(struct type *mapping, uint64_t offset, FILLS(struct type) rest)       \
    {                                                                                              \
        const uint64_t size = mapping->size;                                                       \
        TRY(mapping_prepare_split(mapping->address, size, offset));                                \
        OWNED(boundary_change, change);                                                            \
        FILL(&change, .mapping = &mapping->size, .rest = &rest->size, .apart = offset,             \
             .together = size);                                                                    \
        FILL(rest, .address = mapping->address + offset, .size = size - offset,                    \
             .purpose = mapping->purpose);                                                         \
        return STATUS_OK;                                                                          \
    }                                                                                              \
    enum status type##_join(struct type *mapping, TAKES(struct type) rest)                         \
    {                                                                                              \
        const uint64_t size = mapping->size;                                                       \
        if (size == 0 || rest->size == 0 || size % PAGE_SIZE != 0 ||                               \
            mapping->address + size != rest->address || mapping->purpose != rest->purpose)         \
            return STATUS_INVALID;                                                                 \
        OWNED(boundary_change, change);                                                            \
        FILL(&change, .mapping = &mapping->size, .rest = &rest->size, .apart = size,               \
             .together = size + rest->size);                                                       \
        rest->size = 0;                                                                            \
        return STATUS_OK;                                                                          \
    }                                                                                              \
    void type##_adopt(enum mapping_purpose purpose, uint64_t address, uint64_t size,               \
                      FILLS(struct type) mapping)                                                  \
    {                                                                                              \
        FILL(mapping, .address = address, .size = size, .purpose = purpose);                       \
    }                                                                                              \
    OWNERSHIP(type, size)

MAPPING_TYPE(mapped_pages);
MAPPING_TYPE(mapped_pages_mut);
MAPPING_TYPE(mapped_pages_exec);

void mapped_pages_mut_quarantine(TAKES(struct mapped_pages_mut) mapping)
{
    mapping_unmap(mapping->purpose, mapping->address, &mapping->size, PAGE_FRAMES_KEEP);
    mapping->size = 0;
}

#define CHANGE_OF_TYPE(name, source, destination, protection_before, protection_after)             \
    void name(TAKES(struct source) from, FILLS(struct destination) to)                             \
    {                                                                                              \
        if (from->size == 0)                                                                       \
            return;                                                                                \
        OWNED(type_change, change);                                                                \
        FILL(&change, .to = &to->size, .from = &from->size, .address = from->address,              \
             .count = mapping_pages(from->size), .before = (protection_before),                    \
             .after = (protection_after));                                                         \
        page_table_protect(change.address, change.count, (protection_after));                      \
        change.entries = ENTRIES_CHANGED;                                                          \
        FILL(to, .address = from->address, .size = from->size, .purpose = from->purpose);          \
        from->size = 0;                                                                            \
    }                                                                                              \
    static_assert(true)

CHANGE_OF_TYPE(mapped_pages_freeze, mapped_pages_mut, mapped_pages, PAGE_WRITABLE, PAGE_READABLE);
CHANGE_OF_TYPE(mapped_pages_seal, mapped_pages_mut, mapped_pages_exec, PAGE_WRITABLE,
               PAGE_EXECUTABLE);
CHANGE_OF_TYPE(mapped_pages_thaw, mapped_pages, mapped_pages_mut, PAGE_READABLE, PAGE_WRITABLE);

// Maps as many of the `count` pages from `address` on as one large page or one frame does.
static enum status map_fresh(uint64_t address, uint64_t count, uint64_t *mapped)
{
    OWNED(frames, frames);
    const struct frame_request large = {.count = PAGES_IN_LARGE, .alignment = PAGES_IN_LARGE};
    *mapped = PAGES_IN_LARGE;
    if (count < PAGES_IN_LARGE || address % LARGE_PAGE_SIZE != 0 ||
        frames_allocate_for(&large, &frames) != STATUS_OK) {
        *mapped = 1;
        TRY(frames_allocate(1, &frames));
    }
    return page_table_give(address, &frames);
}

static void zero(uint64_t address, uint64_t count)
{
    uint64_t *words = page_window_memory(address);
    for (size_t i = 0; i < count * (PAGE_SIZE / sizeof *words); i++)
        words[i] = 0;
}

// Makes `mapping` the owner of fresh pages, of which none is mapped yet: its drop unmaps whatever
// has been by then.
static enum status take_pages(const struct page_request *request, uint64_t size,
                              FILLS(struct mapped_pages_mut) mapping)
{
    OWNED(pages, pages);
    OWNED(frames, none);
    TRY(pages_allocate_for(request, &pages));
    TRY(page_table_reserve(pages.address, pages.count));
    OWNED(map_change, change);
    FILL(&change, .mapping = &mapping->size, .pages = &pages.count, .frames = &none.count,
         .address = pages.address, .count = pages.count);
    FILL(mapping, .address = pages.address, .size = size,
         .purpose = mapping_purpose_of(pages.area));
    return STATUS_OK;
}

enum status mapped_pages_allocate_aligned(enum mapping_purpose purpose, uint64_t size,
                                          uint64_t alignment,
                                          FILLS(struct mapped_pages_mut) mapping)
{
    OWNED(mapped_pages_mut, fresh);
    const uint64_t count = mapping_pages(size);
    const struct page_request request = {
        .area = mapping_area(purpose),
        .count = count,
        .alignment = alignment / PAGE_SIZE,
    };
    if (size == 0 || alignment < PAGE_SIZE || alignment > LARGE_PAGE_SIZE)
        return STATUS_INVALID;
    if (count > frame_statistics().free / FRAME_SIZE)
        return STATUS_EXHAUSTED;
    TRY(take_pages(&request, size, &fresh));
    uint64_t mapped;
    for (uint64_t i = 0; i < count; i += mapped) {
        TRY(map_fresh(fresh.address + i * PAGE_SIZE, count - i, &mapped));
        zero(fresh.address + i * PAGE_SIZE, mapped);
    }
    MOVE_TO(mapping, &fresh);
    return STATUS_OK;
}

enum status mapped_pages_allocate(enum mapping_purpose purpose, uint64_t size,
                                  FILLS(struct mapped_pages_mut) mapping)
{
    return mapped_pages_allocate_aligned(
        purpose, size, size < LARGE_PAGE_SIZE ? PAGE_SIZE : LARGE_PAGE_SIZE, mapping);
}

struct const_bytes mapped_bytes(const struct mapped_pages *mapping)
{
    return (struct const_bytes){page_window_memory(mapping->address), mapping->size};
}

struct const_bytes mapped_bytes_of_mut(const struct mapped_pages_mut *mapping)
{
    return (struct const_bytes){page_window_memory(mapping->address), mapping->size};
}

struct const_bytes mapped_bytes_of_exec(const struct mapped_pages_exec *mapping)
{
    return (struct const_bytes){page_window_memory(mapping->address), mapping->size};
}

struct bytes mapped_bytes_mut(const struct mapped_pages_mut *mapping)
{
    return (struct bytes){page_window_memory(mapping->address), mapping->size};
}

UNSAFE(INFECTIOUS, "code is reached by its address alone")
void (*mapped_entry(const struct mapped_pages_exec *mapping, uint64_t offset))(void)
{
    slice_check(offset < mapping->size);
    return (void (*)(void))(mapping->address + offset);
}

const void *mapped_object(const struct mapped_pages *mapping, uint64_t offset, uint64_t size,
                          uint64_t alignment)
{
    return mapping_object(mapping->address, mapping->size, offset, size, alignment);
}

void *mapped_object_mut(const struct mapped_pages_mut *mapping, uint64_t offset, uint64_t size,
                        uint64_t alignment)
{
    return mapping_object(mapping->address, mapping->size, offset, size, alignment);
}

void *mapped_pages_mut_leave(TAKES(struct mapped_pages_mut) mapping)
{
    void *start = page_window_memory(mapping->address);
    mapping->size = 0;
    return start;
}

void mapped_pages_leave(TAKES(struct mapped_pages) mapping)
{
    mapping->size = 0;
}

void mapped_pages_exec_leave(TAKES(struct mapped_pages_exec) mapping)
{
    mapping->size = 0;
}

void mapped_pages_count(enum mapping_purpose purpose, uint64_t size)
{
    pages_note_loaded(mapping_area(purpose), mapping_pages(size));
}

uint64_t mapped_pages_bytes(enum mapping_purpose purpose)
{
    return pages_held(mapping_area(purpose)) * PAGE_SIZE;
}
