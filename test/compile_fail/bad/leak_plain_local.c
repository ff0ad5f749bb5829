// SPDX-License-Identifier: MIT
// A local that is not OWNED, given up on one path.
#include <memory/frame_allocator.h>

bool some(void);

enum status lose(void)
{
    struct frames deed = {}; // expect: [cellcheck-not-owned]
    TRY(frames_allocate(1, &deed));
    if (some())
        return STATUS_INVALID; // expect: [cellcheck-leak]
    frames_drop(&deed);
    return STATUS_OK;
}
