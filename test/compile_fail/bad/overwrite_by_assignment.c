// SPDX-License-Identifier: MIT
// Assigning over an owner.
#include <memory/frame_allocator.h>

void over(TAKES(struct frames) deed)
{
    *deed = (struct frames){.first = 1, .count = 1}; // expect: [cellcheck-overwrite]
    frames_drop(deed);
}
