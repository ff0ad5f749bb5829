// SPDX-License-Identifier: MIT
// Who borrows cannot move.
#include <memory/frame_allocator.h>

void helper(struct frames *deed, FILLS(struct frames) to)
{
    MOVE_TO(to, deed);
} // expect: [cellcheck-use-after-move]
