// SPDX-License-Identifier: MIT
// Filling a slot that is full on one path.
#include <memory/frame_allocator.h>

enum status twice(bool early)
{
    OWNED(frames, deed);
    if (early)
        TRY(frames_allocate(1, &deed));
    return frames_allocate(2, &deed); // expect: [cellcheck-overwrite]
}
