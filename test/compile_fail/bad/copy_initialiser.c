// SPDX-License-Identifier: MIT
// A copy as initialiser.
#include <memory/frame_allocator.h>

void copy(const struct frames *deed)
{
    OWNED(frames, mine);
    const struct frames seen = *deed; // expect: [cellcheck-copy] ; [cellcheck-not-owned]
    (void)seen.first;
} // expect: [cellcheck-leak]
