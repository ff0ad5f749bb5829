// SPDX-License-Identifier: MIT
// Moved on one path, used on all.
#include <memory/frame_allocator.h>

enum status maybe(bool give, FILLS(struct frames) to, uint64_t *first)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    if (give)
        MOVE_TO(to, &deed);
    *first = deed.first; // expect: [cellcheck-use-after-move]
    return STATUS_OK;
}
