// SPDX-License-Identifier: MIT
// A function that takes must consume on every way out.
#include <memory/frame_allocator.h>

bool some(void);

void consume(TAKES(struct frames) deed)
{
    if (some())
        return; // expect: [cellcheck-leak]
    frames_drop(deed);
}
