// SPDX-License-Identifier: MIT
// Filled and moved on in each round.
#include <memory/frame_allocator.h>

void keep(TAKES(struct frames) deed);

enum status many(int count)
{
    OWNED(frames, deed);
    for (int i = 0; i < count; i++) {
        TRY(frames_allocate(1, &deed));
        keep(&deed);
    }
    return STATUS_OK;
}
