// SPDX-License-Identifier: MIT
// The payload of a slot that was moved from is junk.
#include <memory/frame_allocator.h>

enum status read_late(FILLS(struct frames) to, uint64_t *first)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    MOVE_TO(to, &deed);
    *first = deed.first; // expect: [cellcheck-use-after-move]
    return STATUS_OK;
}
