// SPDX-License-Identifier: MIT
// For programs in which there is nothing to change but the world.
#include "world.h"

const struct world_part world_parts[] = {{}};

void world_parts_start(void)
{
}

const char *world_parts_fault(void)
{
    return nullptr;
}
