// SPDX-License-Identifier: MIT
// A slot of each round.
#include <memory/frame_allocator.h>

enum status many(int count)
{
    for (int i = 0; i < count; i++) {
        OWNED(frames, deed);
        TRY(frames_allocate(1, &deed));
        if (deed.first == 7)
            continue;
        if (deed.first == 8)
            break;
    }
    return STATUS_OK;
}
