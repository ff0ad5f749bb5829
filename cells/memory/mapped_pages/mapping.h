// SPDX-License-Identifier: MIT
/// What the three types of mapping share; private to mapped_pages.
///
/// Each change in progress is an owner, filled before the first thing changes and settled by its
/// drop: at the end of the scope, or by the walk after a fault. It points to live words of slots
/// that outlive it, of which one decides.
#pragma once
#include <cell/ownership.h>
#include <cell/slice.h>
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>
#include <memory/page_window.h>

/// Deeds on their way into a mapping. If the mapping owns they are empty, else nothing is mapped.
struct AFFINE map_change {
    LIVE_POINTER(const volatile uint64_t) mapping;
    BORROWS volatile uint64_t *pages;
    BORROWS volatile uint64_t *frames;
    uint64_t address;
    uint64_t count;
};

/// Pages on their way out of a mapping. If the mapping owns they are its own, else they go back.
struct AFFINE unmap_change {
    struct pages pages;
    LIVE_POINTER(const volatile uint64_t) mapping;
};

/// A mapping on its way from one type to another. If the new one owns the old one does not, and
/// the entries say what may be done with the one that owns.
struct AFFINE type_change {
    LIVE_POINTER(const volatile uint64_t) to;
    BORROWS volatile uint64_t *from;
    uint64_t address;
    uint64_t count;
    enum page_protection before;
    enum page_protection after;
    enum type_change_entries { ENTRIES_MIXED, ENTRIES_CHANGED } entries;
};

/// A boundary within a mapping that comes or goes. If what lies behind it owns, the mapping ends
/// there.
struct AFFINE boundary_change {
    LIVE_POINTER(volatile uint64_t) mapping;
    BORROWS const volatile uint64_t *rest;
    uint64_t apart;    ///< size of the mapping
    uint64_t together; ///< and of both
};

void map_change_drop(TAKES(struct map_change) change);
void unmap_change_drop(TAKES(struct unmap_change) change);
void type_change_drop(TAKES(struct type_change) change);
void boundary_change_drop(TAKES(struct boundary_change) change);

OWNS(map_change, mapping);

/// Ends a change whose mapping owns, and whose deeds are empty.
static inline void map_change_settled(TAKES(struct map_change) change)
{
    change->mapping = nullptr;
}

OWNS(unmap_change, mapping);
OWNS(type_change, to);
OWNS(boundary_change, mapping);

/// Whole pages of `size` bytes.
static inline uint64_t mapping_pages(uint64_t size)
{
    return size / PAGE_SIZE + (size % PAGE_SIZE != 0);
}

static_assert((uint64_t)MAPPING_CELL == (uint64_t)PAGES_CELLS);
static_assert((uint64_t)MAPPING_HEAP == (uint64_t)PAGES_HEAP);
static_assert((uint64_t)MAPPING_STACK == (uint64_t)PAGES_STACKS);
static_assert((uint64_t)MAPPING_DEVICE == (uint64_t)PAGES_DEVICES);

/// The purpose that an area is for.
static inline enum mapping_purpose mapping_purpose_of(enum page_area area)
{
    return (enum mapping_purpose)area;
}

/// The area for a purpose.
static inline enum page_area mapping_area(enum mapping_purpose purpose)
{
    return (enum page_area)purpose;
}

/// Checks deeds and reserves their tables.
static inline enum status mapping_prepare(const struct pages *pages, const struct frames *frames)
{
    if (pages->count == 0 || pages->count != frames->count)
        return STATUS_INVALID;
    return page_table_reserve(pages->address, pages->count);
}

/// Unmaps, gives pages and frames back and clears the live word `size` of the mapping.
void mapping_unmap(enum mapping_purpose purpose, uint64_t address, volatile uint64_t *size,
                   enum page_frames frames);

/// Checks where a mapping of `size` bytes is split, and splits a large page there.
enum status mapping_prepare_split(uint64_t address, uint64_t size, uint64_t offset);

/// The memory at `offset`; panics as mapped_object() does.
static inline void *mapping_object(uint64_t address, uint64_t mapped, uint64_t offset,
                                   uint64_t size, uint64_t alignment)
{
    slice_check(offset <= mapped && size <= mapped - offset && (offset & (alignment - 1)) == 0);
    return page_window_memory(address + offset);
}
