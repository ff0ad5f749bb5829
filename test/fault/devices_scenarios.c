// SPDX-License-Identifier: MIT
// Memory of devices, and memory that devices write to: when all is dropped no claim, frame or page
// is lost, and no frame was given back while the device still wrote to it.
//
// The table of claims is the frame allocator's own. A device is a word that says where it writes.
#include "scenarios.h"

// NOLINTBEGIN(bugprone-suspicious-include): what is swept must be in reach
#include "mappings_world.h"

#include "cells/memory/device_memory/device_memory.c"
#include "cells/memory/frame_allocator/device_claims.c"
#define map map_dma
#include "cells/memory/dma_buffer/dma_buffer.c"
#undef map
// NOLINTEND(bugprone-suspicious-include)

enum : uint64_t { DEVICE = DEVICE_FRAMES * FRAME_SIZE };

// A device that writes to a buffer of one frame.
struct device {
    bool used; // or about to be
    unsigned asked;
    enum status answer;
};

static struct device device;

const struct world_part world_parts[] = {
    MAPPINGS_PARTS,
    {&claims_state, sizeof claims_state},
    {&device, sizeof device},
    {},
};

void world_parts_start(void)
{
    memset(&device, 0, sizeof device);
    memset(&claims_state, 0, sizeof claims_state);
    mappings_start();
}

const char *world_parts_fault(void) LOCK_IMPLEMENTATION
{
    if (claims_state.lock.holder)
        return "a lock is held";
    if (device_claim_frames())
        return "a claim has no deed";
    return mappings_fault(device.used ? FRAME_SIZE : 0);
}

static void give_device_frames(uint64_t first, volatile uint64_t *live)
{
    device_claim_give(first, live);
}

enum status frames_claim_device(uint64_t first, uint64_t count, FILLS(struct frames) deed)
{
    return first < DEVICE_FRAMES ? STATUS_DENIED : device_claim(first, count, deed);
}

static void expect(bool right)
{
    world.torn += !right;
}

DEVICE_BLOCK(timer_block, 1024);
DEVICE_BLOCK_OWNERSHIP(timer_block);

static void maps_a_device(void)
{
    OWNED(device_memory, first);
    OWNED(device_memory, second);
    RUN(device_memory_map(DEVICE + 32, 4, DEVICE_UNCACHED, &first));
    device_memory_drop(&first);
    expect(device_claim_frames() == 0);
    expect(device_memory_map(DEVICE, 64, DEVICE_UNCACHED, &second) == STATUS_OK);
}

static void moves_a_device(void)
{
    OWNED(device_memory, from);
    OWNED(device_memory, to);
    RUN(device_memory_map(DEVICE, 3 * PAGE_SIZE, DEVICE_WRITE_COMBINING, &from));
    MOVE_TO(&to, &from);
    expect(device_claim_frames() == 3);
}

static void maps_a_block(void)
{
    OWNED(timer_block, block);
    RUN(device_memory_map(DEVICE, DEVICE_EXTENT(&block), DEVICE_UNCACHED, &block.memory));
}

static void is_refused_a_device(void)
{
    OWNED(device_memory, first);
    OWNED(device_memory, second);
    RUN(device_memory_map(DEVICE, 2 * PAGE_SIZE, DEVICE_UNCACHED, &first));
    expect(device_memory_map(DEVICE + PAGE_SIZE, 8, DEVICE_UNCACHED, &second) == STATUS_BUSY);
    expect(device_memory_map(FRAME_SIZE, 8, DEVICE_UNCACHED, &second) == STATUS_DENIED);
    expect(device_claim_frames() == 2);
}

static void has_no_pages_for_a_device(void)
{
    OWNED(pages, first);
    OWNED(pages, second);
    OWNED(pages, third);
    OWNED(device_memory, fourth);
    OWNED(device_memory, fifth);
    RUN(pages_allocate(PAGES_HEAP, 1, &first));
    RUN(pages_allocate(PAGES_HEAP, 1, &second));
    RUN(pages_allocate(PAGES_HEAP, 1, &third));
    RUN(device_memory_map(DEVICE, 8, DEVICE_UNCACHED, &fourth));
    expect(device_memory_map(DEVICE + PAGE_SIZE, 8, DEVICE_UNCACHED, &fifth) == STATUS_EXHAUSTED);
    expect(device_claim_frames() == 1);
}

// Is asked twice.
static enum status stop_device(void *context)
{
    struct device *asked = context;
    if (asked->asked++ == 0)
        return STATUS_WOULD_BLOCK;
    if (asked->answer == STATUS_OK)
        device_writes_to = 0;
    return asked->answer;
}

static enum status allocate(FILLS(struct dma_buffer) buffer)
{
    return dma_buffer_allocate(&(struct dma_request){.size = 100}, buffer);
}

static void start_buffer(struct dma_buffer *buffer)
{
    OWNED(dma_stop, stop);
    BIND(&stop, stop_device);
    device.used = true;
    RUN(dma_buffer_start(buffer, &stop, &device));
    device_writes_to = UINT64_C(1) << (dma_buffer_physical(buffer, 0) / FRAME_SIZE);
}

static void allocates_a_buffer(void)
{
    OWNED(dma_buffer, buffer);
    OWNED(dma_buffer, uncached);
    const struct dma_request request = {.size = 100, .caching = DMA_UNCACHED};
    RUN(allocate(&buffer));
    dma_buffer_drop(&buffer);
    RUN(dma_buffer_allocate(&request, &uncached));
}

static void stops_a_device(void)
{
    OWNED(dma_buffer, buffer);
    device.answer = STATUS_OK;
    RUN(allocate(&buffer));
    start_buffer(&buffer);
    dma_buffer_drop(&buffer);
    expect(device.asked == 2 && page_table_quarantined() == 0);
}

static void does_not_stop_a_device(void)
{
    OWNED(dma_buffer, buffer);
    device.answer = STATUS_TIMEOUT;
    RUN(allocate(&buffer));
    start_buffer(&buffer);
    dma_buffer_drop(&buffer);
    expect(device.asked == 2 && page_table_quarantined() == FRAME_SIZE);
}

static void moves_a_buffer_in_use(void)
{
    OWNED(dma_buffer, from);
    OWNED(dma_buffer, to);
    OWNED(dma_stop, again);
    BIND(&again, stop_device);
    RUN(allocate(&from));
    start_buffer(&from);
    MOVE_TO(&to, &from);
    expect(dma_buffer_start(&to, &again, &device) == STATUS_BUSY && again.binding.target);
}

const struct scenario scenarios[] = {
    {"maps a device", maps_a_device},
    {"moves a device", moves_a_device},
    {"maps a block", maps_a_block},
    {"is refused a device", is_refused_a_device},
    {"has no pages for a device", has_no_pages_for_a_device},
    {"allocates a buffer", allocates_a_buffer},
    {"stops a device", stops_a_device},
    {"does not stop a device", does_not_stop_a_device},
    {"moves a buffer in use", moves_a_buffer_in_use},
    {},
};

// Wrong: two have the mapping for a moment.
static void mapping_moved_without_a_note(void)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(device_memory, registers);
    RUN(map_claimed(DEVICE, 8, DEVICE_UNCACHED, &mapping));
    registers.mapping.address = mapping.address;
    registers.mapping.purpose = mapping.purpose;
    registers.mapping.size = mapping.size;
    registers.size = 8;
    COMPILER_BARRIER();
    mapping.size = 0;
}

// Wrong: the device is asked to stop when its memory is gone.
static void stopped_too_late(void)
{
    OWNED(dma_buffer, buffer);
    RUN(allocate(&buffer));
    start_buffer(&buffer);
    mapped_pages_mut_drop(&buffer.mapping);
    dma_buffer_drop(&buffer);
}

// Wrong: for a moment nobody knows how to stop the device.
static void used_before_it_can_be_stopped(void)
{
    OWNED(dma_buffer, buffer);
    RUN(allocate(&buffer));
    buffer.device = &device;
    buffer.state = DMA_IN_USE;
    COMPILER_BARRIER();
    BIND(&buffer.stop, stop_device);
}

const struct scenario broken_scenarios[] = {
    {"mapping moved without a note", mapping_moved_without_a_note},
    {"stopped too late", stopped_too_late},
    {"used before it can be stopped", used_before_it_can_be_stopped},
    {},
};
