// SPDX-License-Identifier: MIT
// Once on a path, then once more on all.
#include <memory/frame_allocator.h>

enum status twice(bool early)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    if (early)
        frames_drop(&deed);
    frames_drop(&deed); // expect: [cellcheck-double-drop]
    return STATUS_OK;
}
