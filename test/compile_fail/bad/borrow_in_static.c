// SPDX-License-Identifier: MIT
// A borrow in a static.
#include <memory/frame_allocator.h>

STATE const struct frames *last;

enum status remember(void)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    last = &deed; // expect: [cellcheck-borrow-escape]
    return STATUS_OK;
}
