// SPDX-License-Identifier: MIT
// Moved in the first round, used in the second.
#include <memory/frame_allocator.h>

void look(const struct frames *deed);

enum status round_and_round(int count)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    while (count-- > 0) {
        OWNED(frames, other);
        look(&deed);            // expect: [cellcheck-use-after-move]
        MOVE_TO(&other, &deed); // expect: [cellcheck-use-after-move]
    }
    return STATUS_OK;
}
