// SPDX-License-Identifier: MIT
// Elements of constant index are owners of their own.
#include <memory/frame_allocator.h>

void take_apart(struct frames (*deeds)[2], FILLS(struct frames) to)
{
    frames_drop(&(*deeds)[0]);
    MOVE_TO(to, &(*deeds)[1]);
}
