// SPDX-License-Identifier: MIT
// Filling a slot that is full.
#include <memory/frame_allocator.h>

enum status twice(void)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    return frames_allocate(2, &deed); // expect: [cellcheck-overwrite]
}
