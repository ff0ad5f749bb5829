// SPDX-License-Identifier: MIT
// Every case consumes.
#include <memory/frame_allocator.h>

void consume(TAKES(struct frames) deed, int way, FILLS(struct frames) to)
{
    switch (way) {
    case 1:
        MOVE_TO(to, deed);
        break;
    case 2:
    default:
        frames_drop(deed);
        break;
    }
}
