// SPDX-License-Identifier: MIT
// The live word last, or first.
#include <memory/frame_allocator.h>

void give_back(uint64_t first, uint64_t count);

void deed_make(uint64_t first, FILLS(struct frames) deed)
{
    deed->first = first;
    deed->count = 1;
}

void deed_give(TAKES(struct frames) deed)
{
    const uint64_t first = deed->first;
    const uint64_t count = deed->count;
    deed->count = 0;
    give_back(first, count);
}
