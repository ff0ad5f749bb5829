// SPDX-License-Identifier: MIT
// Moved on one path, and asked before use.
#include <memory/frame_allocator.h>

uint64_t maybe(bool give, TAKES(struct frames) from, FILLS(struct frames) to)
{
    OWNED(frames, deed);
    MOVE_TO(&deed, from);
    if (give)
        MOVE_TO(to, &deed);
    if (deed.count > 0)
        return deed.first;
    return 0;
}
