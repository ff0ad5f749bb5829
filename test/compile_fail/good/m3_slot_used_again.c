// SPDX-License-Identifier: MIT
// An empty slot can be filled again.
#include <memory/frame_allocator.h>

enum status again(FILLS(struct frames) result)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    frames_drop(&deed);
    TRY(frames_allocate(2, &deed));
    MOVE_TO(result, &deed);
    return STATUS_OK;
}
