// SPDX-License-Identifier: MIT
// Moving an empty slot is allowed.
#include <memory/frame_allocator.h>

void nothing(FILLS(struct frames) to)
{
    OWNED(frames, deed);
    MOVE_TO(to, &deed);
}
