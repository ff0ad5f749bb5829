// SPDX-License-Identifier: MIT
// An implementation fills and empties the slot itself.
#include <memory/frame_allocator.h>

void give_back(uint64_t first, uint64_t count);

enum status deed_make(uint64_t first, FILLS(struct frames) deed)
{
    if (first == 0)
        return STATUS_INVALID;
    FILL(deed, .first = first, .count = 1);
    return STATUS_OK;
}

PRIMITIVE void deed_give(TAKES(struct frames) deed)
{
    TAKE(taken, deed);
    give_back(taken.first, taken.count);
}
