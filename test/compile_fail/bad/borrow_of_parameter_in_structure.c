// SPDX-License-Identifier: MIT
// A member that keeps what was lent says BORROWS.
#include <memory/frame_allocator.h>

struct cache {
    const struct frames *frames;
};

void remember(struct cache *cache, const struct frames *deed)
{
    cache->frames = deed; // expect: [cellcheck-borrow-escape]
}
