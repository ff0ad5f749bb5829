// SPDX-License-Identifier: MIT
// A maker that says whether it worked by true.
#include <memory/frame_allocator.h>

bool frames_try(FILLS(struct frames) deed);

enum status either(FILLS(struct frames) deed)
{
    if (!frames_try(deed))
        return frames_allocate(1, deed);
    return STATUS_OK;
}
