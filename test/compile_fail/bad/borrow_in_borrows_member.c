// SPDX-License-Identifier: MIT
// BORROWS does not help an owner that ends here.
#include <memory/frame_allocator.h>

struct cache {
    BORROWS const struct frames *frames;
};

enum status remember(struct cache *cache)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    cache->frames = &deed; // expect: [cellcheck-borrow-escape]
    return STATUS_OK;
}
