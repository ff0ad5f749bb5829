// SPDX-License-Identifier: MIT
// A way that never returns needs no drop.
#include <memory/frame_allocator.h>

[[noreturn]] void stop(void);
bool some(void);

void consume(TAKES(struct frames) deed)
{
    if (some())
        stop();
    frames_drop(deed);
}
