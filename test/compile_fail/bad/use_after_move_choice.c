// SPDX-License-Identifier: MIT
// A pointer to one of two slots: either may have been given away.
#include <memory/frame_allocator.h>

void look(const struct frames *deed);

enum status one_of_two(bool left, FILLS(struct frames) to)
{
    OWNED(frames, one);
    OWNED(frames, other);
    TRY(frames_allocate(1, &one));
    TRY(frames_allocate(1, &other));
    MOVE_TO(to, left ? &one : &other);
    look(&one); // expect: [cellcheck-use-after-move]
    return STATUS_OK;
}
