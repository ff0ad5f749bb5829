// SPDX-License-Identifier: MIT
// A function that takes and says STATUS_OK has taken.
#include <memory/frame_allocator.h>

enum status consume(TAKES(struct frames) deed)
{
    if (deed->first == 0)
        return STATUS_OK; // expect: [cellcheck-leak]
    frames_drop(deed);
    return STATUS_OK;
}
