// SPDX-License-Identifier: MIT
// Moving onto a slot that is full.
#include <memory/frame_allocator.h>

enum status over(TAKES(struct frames) from)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    MOVE_TO(&deed, from); // expect: [cellcheck-overwrite]
    return STATUS_OK;
}
