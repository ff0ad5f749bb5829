// SPDX-License-Identifier: MIT
// Who borrows cannot move, on no path.
#include <memory/frame_allocator.h>

void helper(struct frames *deed, FILLS(struct frames) to)
{
    if (deed->first > 7)
        MOVE_TO(to, deed);
} // expect: [cellcheck-use-after-move]
