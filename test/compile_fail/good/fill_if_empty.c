// SPDX-License-Identifier: MIT
// Filled only if the live word says that it is empty.
#include <memory/frame_allocator.h>

enum status ensure(struct frames *deed)
{
    if (deed->count == 0)
        TRY(frames_allocate(1, deed));
    return STATUS_OK;
}
