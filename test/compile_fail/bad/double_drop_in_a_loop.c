// SPDX-License-Identifier: MIT
// Each round of a loop drops.
#include <memory/frame_allocator.h>

enum status twice(int count)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    for (int i = 0; i < count; i++)
        frames_drop(&deed); // expect: [cellcheck-double-drop]
    return STATUS_OK;
}
