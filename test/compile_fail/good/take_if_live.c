// SPDX-License-Identifier: MIT
// The same, the other way round.
#include <memory/frame_allocator.h>

void consume(TAKES(struct frames) deed)
{
    if (deed->count)
        frames_drop(deed);
}
