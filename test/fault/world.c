// SPDX-License-Identifier: MIT
#include "world.h"

struct world world;

PRIMITIVE enum status resource_make(FILLS(struct resource) resource)
{
    if (world.made == RESOURCES)
        return STATUS_EXHAUSTED;
    const uint64_t number = ++world.made;
    FILL(resource, .first = number * 3, .number = number, .last = number * 5);
    return STATUS_OK;
}

enum status resource_refuse([[maybe_unused]] FILLS(struct resource) resource)
{
    return STATUS_EXHAUSTED;
}

PRIMITIVE void resource_drop(TAKES(struct resource) resource)
{
    if (!resource->number)
        return;
    TAKE(taken, resource);
    const uint64_t number = taken.number;
    if (number <= RESOURCES && taken.first == number * 3 && taken.last == number * 5)
        world.drops[number]++;
    else
        world.torn++;
}

OWNERSHIP(resource, number);

const char *world_fault(void)
{
    if (world.torn)
        return "something was dropped that was none";
    for (uint32_t i = 1; i <= world.made; i++)
        if (world.drops[i] != 1)
            return world.drops[i] ? "dropped twice" : "not dropped";
    for (size_t i = 0; i < HEAP_PIECES; i++)
        if (world.piece_used[i])
            return "memory was not given back";
    if (world.spin.holder || world.irq.holder)
        return "a lock is held";
    if (!host_flags)
        return "interrupts are off";
    return world_parts_fault();
}
