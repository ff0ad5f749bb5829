// SPDX-License-Identifier: MIT
// Registers laid over a device's memory, by run-time and by compile-time size.
#include <memory/device_memory.h>

struct registers {
    READ_ONLY(uint64_t) capabilities;
    READ_WRITE(uint64_t) counter;
};

DEVICE_BLOCK(timer_block, 64);

enum status read(uint64_t physical, uint64_t size, uint64_t *ticks)
{
    OWNED(device_memory, device);
    OWNED(timer_block, timer);
    TRY(device_memory_map(physical, size, DEVICE_UNCACHED, &device));
    TRY(device_memory_map(physical + size, DEVICE_EXTENT(&timer), DEVICE_UNCACHED, &timer.memory));
    DEVICE_REGISTERS(struct registers, &device, 16)->counter = 0;
    *ticks = BLOCK_REGISTERS(struct registers, &timer, 48)->counter;
    return STATUS_OK;
}
