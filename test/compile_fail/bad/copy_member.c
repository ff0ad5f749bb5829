// SPDX-License-Identifier: MIT
// A member of an affine type.
#include <memory/frame_allocator.h>

struct node {
    struct frames frames;
    int colour;
};

void copy(FILLS(struct frames) to, const struct node *from)
{
    *to = from->frames; // expect: [cellcheck-copy]
}
