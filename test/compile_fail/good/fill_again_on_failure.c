// SPDX-License-Identifier: MIT
// A maker that failed has filled nothing.
#include <memory/frame_allocator.h>

enum status either(FILLS(struct frames) deed)
{
    if (frames_allocate(64, deed) != STATUS_OK)
        TRY(frames_allocate(1, deed));
    return STATUS_OK;
}
