// SPDX-License-Identifier: MIT
// A case that forgets.
#include <memory/frame_allocator.h>

void consume(TAKES(struct frames) deed, int way)
{
    switch (way) {
    case 1:
        frames_drop(deed);
        break;
    case 2:
        break;
    default:
        frames_drop(deed);
        break;
    }
} // expect: [cellcheck-leak]
