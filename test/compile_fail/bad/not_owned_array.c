// SPDX-License-Identifier: MIT
// An array of owners that nothing drops.
#include <memory/frame_allocator.h>

void plain(void)
{
    struct frames deeds[3] = {}; // expect: [cellcheck-not-owned]
    (void)deeds[0].count;
}
