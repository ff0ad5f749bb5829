// SPDX-License-Identifier: MIT
// A mapping's address is that of its frames and one more, so that it is never 0.
#include "devices_world.h"
#include "world.h"

#include <string.h>

#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

struct devices_world devices;

const struct world_part world_parts[] = {{&devices, sizeof devices}, {}};

void world_parts_start(void)
{
    memset(&devices, 0, sizeof devices);
}

// The word in which a frame has a bit.
static uint64_t *bits_of(uint64_t first)
{
    return first >= DEVICE_FRAME ? &devices.devices : &devices.memory;
}

static uint64_t run_of(uint64_t first, uint64_t count)
{
    return ((UINT64_C(1) << count) - 1) << first % DEVICE_FRAMES;
}

static void give_frames(uint64_t first, uint64_t count)
{
    const uint64_t run = run_of(first, count);
    uint64_t *bits = bits_of(first);
    world.torn += (*bits & run) != run || (bits == &devices.memory && (run & devices.running));
    *bits &= ~run;
}

PRIMITIVE enum status frames_allocate_for(const struct frame_request *request,
                                          FILLS(struct frames) deed)
{
    for (uint64_t first = 0; first + request->count <= DEVICE_FRAMES; first++) {
        if (devices.memory & run_of(first, request->count))
            continue;
        devices.memory |= run_of(first, request->count);
        FILL(deed, .first = first, .count = request->count);
        return STATUS_OK;
    }
    return STATUS_EXHAUSTED;
}

PRIMITIVE enum status frames_claim_device(uint64_t first, uint64_t count, FILLS(struct frames) deed)
{
    if (first < DEVICE_FRAME)
        return STATUS_DENIED;
    if (devices.devices & run_of(first, count))
        return STATUS_BUSY;
    devices.devices |= run_of(first, count);
    FILL(deed, .first = first, .count = count);
    return STATUS_OK;
}

PRIMITIVE void frames_drop(TAKES(struct frames) deed)
{
    if (deed->count)
        give_frames(deed->first, deed->count);
    deed->count = 0;
}

OWNERSHIP(frames, count);

PRIMITIVE enum status pages_allocate(enum page_area area, uint64_t count, FILLS(struct pages) deed)
{
    devices.pages += count;
    FILL(deed, .count = count, .area = area);
    return STATUS_OK;
}

static void give_pages(uint64_t count)
{
    world.torn += devices.pages < count;
    devices.pages -= count;
}

PRIMITIVE void pages_drop(TAKES(struct pages) deed)
{
    give_pages(deed->count);
    deed->count = 0;
}

OWNERSHIP(pages, count);

PRIMITIVE enum status map_writable(TAKES(struct pages) pages, TAKES(struct frames) frames,
                                   FILLS(struct mapped_pages_mut) mapping)
{
    if (pages->count != frames->count)
        return STATUS_INVALID;
    FILL(mapping, .address = (frames->first + 1) * FRAME_SIZE, .size = frames->count * FRAME_SIZE);
    pages->count = 0;
    frames->count = 0;
    return STATUS_OK;
}

enum status map_uncached(TAKES(struct pages) pages, TAKES(struct frames) frames,
                         FILLS(struct mapped_pages_mut) mapping)
{
    return map_writable(pages, frames, mapping);
}

enum status map_write_combining(TAKES(struct pages) pages, TAKES(struct frames) frames,
                                FILLS(struct mapped_pages_mut) mapping)
{
    return map_writable(pages, frames, mapping);
}

PRIMITIVE void mapped_pages_mut_drop(TAKES(struct mapped_pages_mut) mapping)
{
    const uint64_t count = mapping->size / FRAME_SIZE;
    if (count) {
        give_frames(mapping->address / FRAME_SIZE - 1, count);
        give_pages(count);
    }
    mapping->size = 0;
}

PRIMITIVE void mapped_pages_mut_quarantine(TAKES(struct mapped_pages_mut) mapping)
{
    const uint64_t count = mapping->size / FRAME_SIZE;
    if (count) {
        devices.quarantined |= run_of(mapping->address / FRAME_SIZE - 1, count);
        give_pages(count);
    }
    mapping->size = 0;
}

OWNERSHIP(mapped_pages_mut, size);

// A few bytes for all: zeroing more would only make a sweep long.
struct bytes mapped_bytes_mut([[maybe_unused]] const struct mapped_pages_mut *mapping)
{
    static unsigned char bytes[4];
    return (struct bytes){bytes, sizeof bytes};
}

void *mapped_object_mut([[maybe_unused]] const struct mapped_pages_mut *mapping,
                        [[maybe_unused]] uint64_t offset, [[maybe_unused]] uint64_t size,
                        [[maybe_unused]] uint64_t alignment)
{
    return nullptr;
}
