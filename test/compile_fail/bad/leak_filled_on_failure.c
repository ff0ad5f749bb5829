// SPDX-License-Identifier: MIT
// A maker that fails leaves its parameter empty.
#include <memory/frame_allocator.h>

enum status check(const struct frames *deed);

enum status make(FILLS(struct frames) deed)
{
    TRY(frames_allocate(1, deed));
    if (check(deed) != STATUS_OK)
        return STATUS_INVALID; // expect: [cellcheck-leak]
    return STATUS_OK;
}
