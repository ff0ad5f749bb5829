// SPDX-License-Identifier: MIT
// The world of frames_cost_test.c: an allocator with a few MiB.
#include "world.h"

#include <memory/frame_allocator.h>

const struct world_part world_parts[] = {{}};

void world_parts_start(void)
{
    static uint64_t storage[256];
    static const struct memory_region region = {UINT64_C(1) << 20, 8192, MEMORY_FREE};
    if (frame_allocator_start(&region, 1) != STATUS_OK ||
        frame_allocator_storage_words() > sizeof storage / sizeof *storage)
        __builtin_trap();
    frame_allocator_adopt(storage);
}

const char *world_parts_fault(void)
{
    return nullptr;
}
