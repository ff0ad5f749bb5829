// SPDX-License-Identifier: MIT
// Moving into a local that is not OWNED loses it.
#include <memory/frame_allocator.h>

void lose(TAKES(struct frames) deed)
{
    struct frames mine = {}; // expect: [cellcheck-not-owned]
    MOVE_TO(&mine, deed);
} // expect: [cellcheck-leak]
