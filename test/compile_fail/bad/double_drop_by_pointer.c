// SPDX-License-Identifier: MIT
// A pointer to the slot is the slot.
#include <memory/frame_allocator.h>

enum status twice(void)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    struct frames *same = &deed;
    frames_drop(same);
    frames_drop(&deed); // expect: [cellcheck-double-drop]
    return STATUS_OK;
}
