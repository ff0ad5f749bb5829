// SPDX-License-Identifier: MIT
// A borrow in a structure that lives longer.
#include <memory/frame_allocator.h>

struct cache {
    const struct frames *frames;
};

enum status remember(struct cache *cache)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    cache->frames = &deed; // expect: [cellcheck-borrow-escape]
    return STATUS_OK;
}
