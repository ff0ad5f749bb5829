// SPDX-License-Identifier: MIT
// Moved through a pointer, used by name.
#include <memory/frame_allocator.h>

enum status read_late(FILLS(struct frames) to, uint64_t *first)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    struct frames *same = &deed;
    MOVE_TO(to, same);
    *first = deed.first; // expect: [cellcheck-use-after-move]
    return STATUS_OK;
}
