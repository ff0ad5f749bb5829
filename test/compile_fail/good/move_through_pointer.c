// SPDX-License-Identifier: MIT
// A pointer that is one of two slots.
#include <memory/frame_allocator.h>

uint64_t one_of_two(bool left, FILLS(struct frames) to, TAKES(struct frames) one,
                    TAKES(struct frames) other)
{
    OWNED(frames, mine);
    OWNED(frames, yours);
    MOVE_TO(&mine, one);
    MOVE_TO(&yours, other);
    struct frames *chosen = left ? &mine : &yours;
    const uint64_t first = chosen->first;
    MOVE_TO(to, chosen);
    return first;
}
