// SPDX-License-Identifier: MIT
// Moved into an OWNED slot first, all ways are right.
#include <memory/frame_allocator.h>

bool some(void);

void consume(TAKES(struct frames) deed)
{
    OWNED(frames, mine);
    MOVE_TO(&mine, deed);
    if (some())
        return;
    frames_drop(&mine);
}
