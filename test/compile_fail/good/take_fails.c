// SPDX-License-Identifier: MIT
// A function that fails may leave what it was to take.
#include <memory/frame_allocator.h>

enum status check(void);

enum status consume(TAKES(struct frames) deed)
{
    TRY(check());
    frames_drop(deed);
    return STATUS_OK;
}
