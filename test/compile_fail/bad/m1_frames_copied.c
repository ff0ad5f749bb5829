// SPDX-License-Identifier: MIT
// M.1: frames cannot be duplicated by assignment.
#include <memory/frame_allocator.h>

enum status duplicate(FILLS(struct frames) copy)
{
    OWNED(frames, frames);
    TRY(frames_allocate(1, &frames));
    *copy = frames; // expect: [cellcheck-copy]
    return STATUS_OK;
}
