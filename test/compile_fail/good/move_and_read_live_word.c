// SPDX-License-Identifier: MIT
// The live word of an empty slot may be read.
#include <memory/frame_allocator.h>

bool given(TAKES(struct frames) deed, FILLS(struct frames) to)
{
    MOVE_TO(to, deed);
    return deed->count == 0;
}
