// SPDX-License-Identifier: MIT
// Try until it works.
#include <memory/frame_allocator.h>

enum status some(FILLS(struct frames) deed)
{
    for (uint64_t count = 64; count > 0; count /= 2)
        if (frames_allocate(count, deed) == STATUS_OK)
            return STATUS_OK;
    return STATUS_EXHAUSTED;
}
