// SPDX-License-Identifier: MIT
// A local that nothing drops.
#include <memory/frame_allocator.h>

void plain(void)
{
    struct frames deed = {}; // expect: [cellcheck-not-owned]
    (void)deed.count;
}
