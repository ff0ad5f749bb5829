// SPDX-License-Identifier: MIT
// A mapping of claimed frames.
//
// Live swap:  nothing is remembered.
// Fault:      see device_memory.h.
#include <memory/device_memory.h>
#include <memory/frame_allocator.h>
#include <memory/page_allocator.h>

static enum status map_claimed(uint64_t physical, uint64_t size, enum device_caching caching,
                               FILLS(struct mapped_pages_mut) mapping)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    const uint64_t first = physical / FRAME_SIZE;
    const uint64_t count = (physical + size - 1) / FRAME_SIZE - first + 1;
    TRY(frames_claim_device(first, count, &frames));
    TRY(pages_allocate(PAGES_DEVICES, count, &pages));
    if (caching == DEVICE_WRITE_COMBINING)
        return map_write_combining(&pages, &frames, mapping);
    return map_uncached(&pages, &frames, mapping);
}

enum status device_memory_map(uint64_t physical, uint64_t size, enum device_caching caching,
                              FILLS(struct device_memory) device)
{
    OWNED(mapped_pages_mut, mapping);
    if (size == 0 || physical + size < physical)
        return STATUS_INVALID;
    TRY(map_claimed(physical, size, caching, &mapping));
    FILL(device, .offset = physical % FRAME_SIZE, .size = size);
    if (device->mapping.size == 0) // as FILL has left it
        MOVE_TO(&device->mapping, &mapping);
    return STATUS_OK;
}

void device_memory_drop(TAKES(struct device_memory) device)
{
    if (device->size == 0)
        return;
    mapped_pages_mut_drop(&device->mapping);
    device->size = 0;
}

OWNERSHIP(device_memory, size);

void *device_memory_object(const struct device_memory *device, uint64_t offset, uint64_t size,
                           uint64_t alignment)
{
    slice_check(offset <= device->size && size <= device->size - offset);
    return mapped_object_mut(&device->mapping, device->offset + offset, size, alignment);
}
