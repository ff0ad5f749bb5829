// SPDX-License-Identifier: MIT
// One place for the end.
#include <memory/frame_allocator.h>

bool some(void);

void consume(TAKES(struct frames) deed)
{
    if (some())
        goto out;
    (void)deed->first;
out:
    frames_drop(deed);
}
