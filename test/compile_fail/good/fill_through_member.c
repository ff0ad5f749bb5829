// SPDX-License-Identifier: MIT
// A maker fills a member of what it fills.
#include <memory/frame_allocator.h>

struct AFFINE buffer {
    struct frames frames;
    LIVE_WORD bool alive;
};

enum status buffer_make(FILLS(struct buffer) buffer)
{
    TRY(frames_allocate(1, &buffer->frames));
    buffer->alive = true;
    return STATUS_OK;
}
