// SPDX-License-Identifier: MIT
// Frames are taken one by one: memory need not be adjacent to be mapped so.
//
// Live swap:  mappings stay valid; `bytes` is a sum.
// Fault:      a fault within a call can lose the pages and frames in its hands.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>

static struct {
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

static void unmap_page(uint64_t address, bool free_frame)
{
    uint64_t physical;
    if (page_table_unmap(address, &physical) == STATUS_OK && free_frame)
        frames_free(&(struct frames){physical / FRAME_SIZE, 1});
}

static void unmap_pages(struct pages *pages, uint64_t mapped, bool free_frames)
{
    for (uint64_t i = 0; i < mapped; i++)
        unmap_page(pages->address + i * PAGE_SIZE, free_frames);
    pages_free(pages);
}

static enum status map_fresh_page(uint64_t address)
{
    struct frames frame;
    TRY(frames_allocate(1, &frame));
    const enum status status = page_table_map(address, frame.first * FRAME_SIZE, PAGE_WRITABLE);
    if (status != STATUS_OK) {
        frames_free(&frame);
        return status;
    }
    uint64_t *words = (uint64_t *)address;
    for (size_t i = 0; i < PAGE_SIZE / sizeof *words; i++)
        words[i] = 0;
    return STATUS_OK;
}

enum status mapped_pages_allocate(enum mapping_purpose purpose, uint64_t size,
                                  struct mapped_pages *mapping)
{
    if (size == 0)
        return STATUS_INVALID;
    const uint64_t count = pages_in(size);
    if (count > frame_statistics().free / FRAME_SIZE)
        return STATUS_EXHAUSTED;
    struct pages pages;
    TRY(pages_allocate(area_of[purpose], count, &pages));
    for (uint64_t i = 0; i < count; i++) {
        const enum status status = map_fresh_page(pages.address + i * PAGE_SIZE);
        if (status != STATUS_OK) {
            unmap_pages(&pages, i, true);
            return status;
        }
    }
    state.bytes[purpose] += count * PAGE_SIZE;
    *mapping = (struct mapped_pages){pages.address, size, purpose};
    return STATUS_OK;
}

enum status mapped_pages_device(uint64_t physical, uint64_t size, struct mapped_pages *mapping)
{
    const uint64_t offset = physical % PAGE_SIZE;
    if (size == 0 || physical + size < physical)
        return STATUS_INVALID;
    const uint64_t count = pages_in(offset + size);
    struct pages pages;
    TRY(pages_allocate(PAGES_DEVICES, count, &pages));
    for (uint64_t i = 0; i < count; i++) {
        const enum status status = page_table_map(pages.address + i * PAGE_SIZE,
                                                  physical - offset + i * PAGE_SIZE, PAGE_DEVICE);
        if (status != STATUS_OK) {
            unmap_pages(&pages, i, false);
            return status;
        }
    }
    state.bytes[MAPPING_DEVICE] += count * PAGE_SIZE;
    *mapping = (struct mapped_pages){pages.address + offset, size, MAPPING_DEVICE};
    return STATUS_OK;
}

void mapped_pages_protect(const struct mapped_pages *mapping, enum mapping_protection protection)
{
    static const enum page_protection table[] = {
        [MAPPING_READABLE] = PAGE_READABLE,
        [MAPPING_WRITABLE] = PAGE_WRITABLE,
        [MAPPING_EXECUTABLE] = PAGE_EXECUTABLE,
    };
    for (uint64_t i = 0; i < pages_in(mapping->size); i++)
        (void)page_table_protect(mapping->address + i * PAGE_SIZE, table[protection]);
}

void mapped_pages_free(struct mapped_pages *mapping)
{
    if (mapping->size == 0)
        return;
    const uint64_t offset = mapping->address % PAGE_SIZE;
    const uint64_t count = pages_in(offset + mapping->size);
    struct pages pages = {mapping->address - offset, count, area_of[mapping->purpose]};
    unmap_pages(&pages, count, mapping->purpose != MAPPING_DEVICE);
    state.bytes[mapping->purpose] -= count * PAGE_SIZE;
    *mapping = (struct mapped_pages){};
}

void mapped_pages_count(enum mapping_purpose purpose, uint64_t size)
{
    state.bytes[purpose] += size;
}

uint64_t mapped_pages_bytes(enum mapping_purpose purpose)
{
    return state.bytes[purpose];
}
