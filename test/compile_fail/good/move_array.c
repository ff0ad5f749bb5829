// SPDX-License-Identifier: MIT
// An array is emptied element by element.
#include <memory/frame_allocator.h>

void empty(struct frames *deeds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        frames_drop(&deeds[i]);
}
