// SPDX-License-Identifier: MIT
// Consumed on every way out.
#include <memory/frame_allocator.h>

bool some(void);

void consume(TAKES(struct frames) deed, FILLS(struct frames) to)
{
    if (some()) {
        frames_drop(deed);
        return;
    }
    MOVE_TO(to, deed);
}
