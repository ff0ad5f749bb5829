// SPDX-License-Identifier: MIT
// TRY after the parameter was filled.
#include <memory/frame_allocator.h>

enum status check(void);

enum status make(FILLS(struct frames) deed)
{
    TRY(frames_allocate(1, deed));
    TRY(check()); // expect: [cellcheck-leak]
    return STATUS_OK;
}
