// SPDX-License-Identifier: MIT
// A structure with an owner in it is not copied either.
#include <memory/frame_allocator.h>

struct node {
    struct frames frames;
    int colour;
};

void copy(struct node *to, const struct node *from)
{
    *to = *from; // expect: [cellcheck-copy]
}
