// SPDX-License-Identifier: MIT
// The closing brace is a way out too.
#include <memory/frame_allocator.h>

bool some(void);

void consume(TAKES(struct frames) deed)
{
    if (some())
        frames_drop(deed);
} // expect: [cellcheck-leak]
