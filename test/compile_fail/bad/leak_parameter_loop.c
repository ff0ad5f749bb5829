// SPDX-License-Identifier: MIT
// A loop that may not run once.
#include <memory/frame_allocator.h>

void consume(TAKES(struct frames) deed, int count)
{
    for (int i = 0; i < count; i++) {
        frames_drop(deed);
        break;
    }
} // expect: [cellcheck-leak]
