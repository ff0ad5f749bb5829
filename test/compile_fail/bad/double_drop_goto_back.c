// SPDX-License-Identifier: MIT
// A jump back to the drop.
#include <memory/frame_allocator.h>

bool some(void);

enum status twice(void)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
again:
    frames_drop(&deed); // expect: [cellcheck-double-drop]
    if (some())
        goto again;
    return STATUS_OK;
}
