// SPDX-License-Identifier: MIT
// Frames are taken one by one: memory need not be adjacent to be mapped so.
//
// Live swap:  mappings stay valid; `bytes` is a sum.
// Fault:      the mapping in the making is dropped like any other.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>

STATE struct mapped_pages_state {
    uint64_t bytes[MAPPING_PURPOSES];
} state;

static const enum page_area area_of[MAPPING_PURPOSES] = {
    [MAPPING_CELL] = PAGES_CELLS,
    [MAPPING_HEAP] = PAGES_HEAP,
    [MAPPING_STACK] = PAGES_STACKS,
    [MAPPING_DEVICE] = PAGES_DEVICES,
};

static uint64_t pages_in(uint64_t size)
{
    return (size + PAGE_SIZE - 1) / PAGE_SIZE;
}

static uint64_t first_page(const struct mapped_pages *mapping)
{
    return mapping->address - mapping->address % PAGE_SIZE;
}

static uint64_t page_count(const struct mapped_pages *mapping)
{
    return pages_in(mapping->address % PAGE_SIZE + mapping->size);
}

// Makes `mapping` the owner of fresh pages, of which none is mapped yet: its drop unmaps whatever
// has been by then.
static enum status take_pages(enum mapping_purpose purpose, uint64_t offset, uint64_t size,
                              FILLS(struct mapped_pages) mapping)
{
    OWNED(pages, pages);
    const uint64_t count = pages_in(offset + size);
    TRY(pages_allocate(area_of[purpose], count, &pages));
    const uint64_t address = pages.address + offset;
    pages_leave(&pages);
    state.bytes[purpose] += count * PAGE_SIZE;
    FILL(mapping, .address = address, .size = size, .purpose = purpose);
    return STATUS_OK;
}

UNSAFE(INFECTIOUS, "a fresh page is reached by its address alone")
static void zero_page(uint64_t address)
{
    uint64_t *words = (uint64_t *)address;
    for (size_t i = 0; i < PAGE_SIZE / sizeof *words; i++)
        words[i] = 0;
}

static enum status map_fresh_page(uint64_t address)
{
    OWNED(frames, frame);
    TRY(frames_allocate(1, &frame));
    TRY(page_table_map(address, frame.first * FRAME_SIZE, PAGE_WRITABLE));
    frames_leave(&frame);
    zero_page(address);
    return STATUS_OK;
}

enum status mapped_pages_allocate(enum mapping_purpose purpose, uint64_t size,
                                  FILLS(struct mapped_pages) mapping)
{
    OWNED(mapped_pages, fresh);
    if (size == 0)
        return STATUS_INVALID;
    if (pages_in(size) > frame_statistics().free / FRAME_SIZE)
        return STATUS_EXHAUSTED;
    TRY(take_pages(purpose, 0, size, &fresh));
    for (uint64_t i = 0; i < page_count(&fresh); i++)
        TRY(map_fresh_page(fresh.address + i * PAGE_SIZE));
    MOVE_TO(mapping, &fresh);
    return STATUS_OK;
}

enum status mapped_pages_device(uint64_t physical, uint64_t size,
                                FILLS(struct mapped_pages) mapping)
{
    OWNED(mapped_pages, device);
    const uint64_t offset = physical % PAGE_SIZE;
    if (size == 0 || physical + size < physical)
        return STATUS_INVALID;
    TRY(take_pages(MAPPING_DEVICE, offset, size, &device));
    for (uint64_t i = 0; i < page_count(&device); i++)
        TRY(page_table_map(first_page(&device) + i * PAGE_SIZE, physical - offset + i * PAGE_SIZE,
                           PAGE_DEVICE));
    MOVE_TO(mapping, &device);
    return STATUS_OK;
}

UNSAFE(INFECTIOUS, "a mapping is reached by its address")
void *mapped_pages_start(const struct mapped_pages *mapping)
{
    return (void *)mapping->address;
}

void mapped_pages_protect(const struct mapped_pages *mapping, enum mapping_protection protection)
{
    static const enum page_protection table[] = {
        [MAPPING_READABLE] = PAGE_READABLE,
        [MAPPING_WRITABLE] = PAGE_WRITABLE,
        [MAPPING_EXECUTABLE] = PAGE_EXECUTABLE,
    };
    for (uint64_t i = 0; i < page_count(mapping); i++)
        (void)page_table_protect(mapping->address + i * PAGE_SIZE, table[protection]);
}

static void unmap_page(uint64_t address, bool drop_frame)
{
    OWNED(frames, frame);
    uint64_t physical;
    if (page_table_unmap(address, &physical) == STATUS_OK && drop_frame)
        frames_adopt(physical / FRAME_SIZE, 1, &frame);
}

// Unmapping what is not mapped does nothing, so that this can be begun again after a fault.
void mapped_pages_drop(TAKES(struct mapped_pages) mapping)
{
    OWNED(pages, pages);
    if (mapping->size == 0)
        return;
    const uint64_t count = page_count(mapping);
    for (uint64_t i = 0; i < count; i++)
        unmap_page(first_page(mapping) + i * PAGE_SIZE, mapping->purpose != MAPPING_DEVICE);
    pages_adopt(area_of[mapping->purpose], first_page(mapping), count, &pages);
    state.bytes[mapping->purpose] -= count * PAGE_SIZE;
    mapping->size = 0;
}

void mapped_pages_adopt(enum mapping_purpose purpose, uint64_t address, uint64_t size,
                        FILLS(struct mapped_pages) mapping)
{
    FILL(mapping, .address = address, .size = size, .purpose = purpose);
}

UNSAFE(INFECTIOUS, "the caller has the memory's address and no owner")
PRIMITIVE void *mapped_pages_leave(TAKES(struct mapped_pages) mapping)
{
    const uint64_t start = mapping->address;
    mapping->size = 0;
    return (void *)start;
}

OWNERSHIP(mapped_pages, size);

void mapped_pages_count(enum mapping_purpose purpose, uint64_t size)
{
    state.bytes[purpose] += size;
}

uint64_t mapped_pages_bytes(enum mapping_purpose purpose)
{
    return state.bytes[purpose];
}
