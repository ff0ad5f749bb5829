// SPDX-License-Identifier: MIT
// Two slots change what they own.
#include <memory/frame_allocator.h>

void swap(struct frames *one, struct frames *other)
{
    OWNED(frames, between);
    MOVE_TO(&between, one);
    MOVE_TO(one, other);
    MOVE_TO(other, &between);
}
