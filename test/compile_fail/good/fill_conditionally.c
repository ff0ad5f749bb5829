// SPDX-License-Identifier: MIT
// Filled on one path, dropped by the scope on all.
#include <memory/frame_allocator.h>

enum status maybe(bool really)
{
    OWNED(frames, deed);
    if (really)
        TRY(frames_allocate(1, &deed));
    return STATUS_OK;
}
