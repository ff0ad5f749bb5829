// SPDX-License-Identifier: MIT
// The address of a slot is good while the slot is there.
#include <memory/frame_allocator.h>

enum status twice(void)
{
    OWNED(frames, deed);
    struct frames *same = &deed;
    TRY(frames_allocate(1, same));
    frames_drop(same);
    return frames_allocate(2, same);
}
