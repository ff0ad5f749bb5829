// SPDX-License-Identifier: MIT
// Lending what was moved.
#include <memory/frame_allocator.h>

void look(const struct frames *deed);

enum status lend_late(FILLS(struct frames) to)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    MOVE_TO(to, &deed);
    look(&deed); // expect: [cellcheck-use-after-move]
    return STATUS_OK;
}
