// SPDX-License-Identifier: MIT
// What the three types of mapping share, and how changes in progress are settled.
//
// Live swap:  nothing is remembered.
// Fault:      each drop here can be begun again: it reads who owns, and makes the rest agree.
#include "mapping.h"

void map_change_drop(TAKES(struct map_change) change)
{
    if (!change->mapping)
        return;
    if (*change->mapping == 0) {
        page_table_cancel(change->address, change->count);
    } else {
        *change->pages = 0;
        *change->frames = 0;
    }
    change->mapping = nullptr;
}

void unmap_change_drop(TAKES(struct unmap_change) change)
{
    if (!change->mapping)
        return;
    if (*change->mapping == 0)
        pages_drop(&change->pages);
    else
        pages_leave(&change->pages);
    change->mapping = nullptr;
}

void type_change_drop(TAKES(struct type_change) change)
{
    if (!change->to)
        return;
    const bool changed = *change->to != 0;
    if (changed)
        *change->from = 0;
    if (!changed || change->entries == ENTRIES_MIXED)
        page_table_protect(change->address, change->count,
                           changed ? change->after : change->before);
    change->to = nullptr;
}

void boundary_change_drop(TAKES(struct boundary_change) change)
{
    if (!change->mapping)
        return;
    *change->mapping = *change->rest != 0 ? change->apart : change->together;
    change->mapping = nullptr;
}

OWNERSHIP(map_change, mapping);
OWNERSHIP(unmap_change, mapping);
OWNERSHIP(type_change, to);
OWNERSHIP(boundary_change, mapping);

void mapping_unmap(enum mapping_purpose purpose, uint64_t address, volatile uint64_t *size,
                   enum page_frames frames)
{
    const uint64_t count = mapping_pages(*size);
    if (count == 0)
        return;
    page_table_unmap(address, count, frames);
    const bool table_is_used = page_table_is_used_beside(address, count);
    {
        OWNED(unmap_change, change);
        pages_adopt(mapping_area(purpose), address, count, &change.pages);
        change.mapping = size;
        *size = 0;
    }
    if (!table_is_used)
        page_table_retire(address, count);
}

enum status mapping_prepare_split(uint64_t address, uint64_t size, uint64_t offset)
{
    if (offset == 0 || offset >= size || offset % PAGE_SIZE != 0)
        return STATUS_INVALID;
    return (address + offset) % LARGE_PAGE_SIZE == 0 ? STATUS_OK
                                                     : page_table_split(address + offset);
}
