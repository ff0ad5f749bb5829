// SPDX-License-Identifier: MIT
// Filling what may own is for FILLS parameters, which are empty.
#include <memory/frame_allocator.h>

enum status refill(struct frames *deed)
{
    return frames_allocate(1, deed); // expect: [cellcheck-overwrite]
}
