// SPDX-License-Identifier: MIT
// TAKE holds what no chain knows.
#include <memory/frame_allocator.h>

void give_back(uint64_t first, uint64_t count);

void frames_give(TAKES(struct frames) deed)
{
    TAKE(taken, deed); // expect: [cellcheck-not-owned]
    give_back(taken.first, taken.count);
}
