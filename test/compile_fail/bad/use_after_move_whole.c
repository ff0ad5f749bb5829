// SPDX-License-Identifier: MIT
// A structure of which a part was moved is not given away whole.
#include <memory/frame_allocator.h>

struct AFFINE both {
    struct frames left;
    struct frames right;
    LIVE_WORD bool alive;
};

void both_drop(TAKES(struct both) slot);

void split(TAKES(struct both) slot, FILLS(struct frames) left)
{
    MOVE_TO(left, &slot->left);
    both_drop(slot); // expect: [cellcheck-use-after-move]
}
