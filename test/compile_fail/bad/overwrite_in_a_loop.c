// SPDX-License-Identifier: MIT
// Each round fills anew.
#include <memory/frame_allocator.h>

enum status many(int count)
{
    OWNED(frames, deed);
    for (int i = 0; i < count; i++)
        TRY(frames_allocate(1, &deed)); // expect: [cellcheck-overwrite]
    return STATUS_OK;
}
