// SPDX-License-Identifier: MIT
// Memory of devices: when all of it is dropped, no claim and no page is left.
#include "devices_world.h"
#include "scenarios.h"
#include "world.h"

#include <memory/device_memory.h>
#include <memory/frame_allocator.h>

#define RUN(call)                                                                                  \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            return;                                                                                \
    } while (0)

enum : uint64_t { DEVICE = DEVICE_FRAME * FRAME_SIZE };

DEVICE_BLOCK(timer_block, 1024);
DEVICE_BLOCK_OWNERSHIP(timer_block);

const char *world_parts_fault(void)
{
    if (devices.devices)
        return "a claim is left";
    return devices.pages ? "pages are lost" : nullptr;
}

static void maps_and_unmaps(void)
{
    OWNED(device_memory, device);
    OWNED(device_memory, other);
    RUN(device_memory_map(DEVICE + 0x80, 0x1000, DEVICE_UNCACHED, &device));
    RUN(device_memory_map(DEVICE + 0x4000, 0x2000, DEVICE_WRITE_COMBINING, &other));
    device_memory_drop(&device);
    RUN(device_memory_map(DEVICE, 8, DEVICE_UNCACHED, &device));
}

static void is_refused(void)
{
    OWNED(device_memory, device);
    OWNED(device_memory, second);
    RUN(device_memory_map(DEVICE, 0x1000, DEVICE_UNCACHED, &device));
    if (device_memory_map(DEVICE + 8, 8, DEVICE_UNCACHED, &second) != STATUS_BUSY ||
        device_memory_map(0x1000, 8, DEVICE_UNCACHED, &second) != STATUS_DENIED ||
        device_memory_map(DEVICE, 0, DEVICE_UNCACHED, &second) != STATUS_INVALID)
        world.torn++;
}

static void moves(void)
{
    OWNED(device_memory, device);
    OWNED(device_memory, owner);
    RUN(device_memory_map(DEVICE, 0x3000, DEVICE_UNCACHED, &device));
    MOVE_TO(&owner, &device);
}

static void lies_in_blocks(void)
{
    OWNED(timer_block, first);
    OWNED(timer_block, second);
    OWNED(timer_block, owner);
    RUN(device_memory_map(DEVICE, DEVICE_EXTENT(&first), DEVICE_UNCACHED, &first.memory));
    MOVE_TO(&owner, &first);
    RUN(device_memory_map(DEVICE + 0x1000, DEVICE_EXTENT(&first), DEVICE_UNCACHED, &first.memory));
    if (device_memory_map(DEVICE, DEVICE_EXTENT(&second), DEVICE_UNCACHED, &second.memory) !=
        STATUS_BUSY)
        world.torn++;
    timer_block_drop(&owner);
    RUN(device_memory_map(DEVICE, DEVICE_EXTENT(&second), DEVICE_UNCACHED, &second.memory));
}

// A driver's registers, interrupt table and framebuffer; the last is another's already.
static enum status map_all(FILLS(struct device_memory) registers, FILLS(struct device_memory) table)
{
    OWNED(device_memory, mapped);
    OWNED(device_memory, framebuffer);
    TRY(device_memory_map(DEVICE + 0x8000, 0x100, DEVICE_UNCACHED, &mapped));
    TRY(device_memory_map(DEVICE + 0x9000, 0x100, DEVICE_UNCACHED, table));
    TRY(device_memory_map(DEVICE, 0x2000, DEVICE_WRITE_COMBINING, &framebuffer));
    MOVE_TO(registers, &mapped);
    return STATUS_OK;
}

static void is_mapped_in_part(void)
{
    OWNED(device_memory, other);
    OWNED(device_memory, registers);
    OWNED(device_memory, table);
    RUN(device_memory_map(DEVICE + 0x1000, 1, DEVICE_UNCACHED, &other));
    if (map_all(&registers, &table) != STATUS_BUSY || registers.size != 0)
        world.torn++;
    device_memory_drop(&table);
    device_memory_drop(&other);
    RUN(map_all(&registers, &table));
}

const struct scenario scenarios[] = {
    {"maps and unmaps", maps_and_unmaps},
    {"is refused", is_refused},
    {"moves", moves},
    {"lies in blocks", lies_in_blocks},
    {"is mapped in part", is_mapped_in_part},
    {},
};

// Wrong: the whole says that it owns nothing while its part still does.
static void emptied_before_its_part(void)
{
    OWNED(device_memory, device);
    RUN(device_memory_map(DEVICE, 8, DEVICE_UNCACHED, &device));
    device.size = 0;
    mapped_pages_mut_drop(&device.mapping);
}

const struct scenario broken_scenarios[] = {
    {"emptied before its part", emptied_before_its_part},
    {},
};
