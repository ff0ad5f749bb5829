// SPDX-License-Identifier: MIT
// Without a value, and then given away.
#include <memory/frame_allocator.h>

void plain(void)
{
    struct frames deed; // expect: [cellcheck-not-owned]
    frames_drop(&deed); // expect: [cellcheck-not-owned]
}
