// SPDX-License-Identifier: MIT
// A way out by goto.
#include <memory/frame_allocator.h>

bool some(void);

void consume(TAKES(struct frames) deed)
{
    if (some())
        goto out;
    frames_drop(deed);
out:
    return; // expect: [cellcheck-leak]
}
