// SPDX-License-Identifier: MIT
// The status in a switch.
#include <memory/frame_allocator.h>

enum status either(FILLS(struct frames) deed)
{
    const enum status status = frames_allocate(64, deed);
    switch (status) {
    case STATUS_OK:
        return STATUS_OK;
    case STATUS_EXHAUSTED:
        return frames_allocate(1, deed);
    default:
        return status;
    }
}
