// SPDX-License-Identifier: MIT
// The status in a condition.
#include <memory/frame_allocator.h>

enum status either(FILLS(struct frames) deed)
{
    enum status status;
    if ((status = frames_allocate(64, deed)) == STATUS_EXHAUSTED)
        status = frames_allocate(1, deed);
    return status;
}
