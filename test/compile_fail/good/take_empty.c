// SPDX-License-Identifier: MIT
// Nothing was given: nothing is to be done.
#include <memory/frame_allocator.h>

void consume(TAKES(struct frames) deed)
{
    if (deed->count == 0)
        return;
    frames_drop(deed);
}
