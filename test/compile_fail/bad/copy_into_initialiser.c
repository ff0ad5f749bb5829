// SPDX-License-Identifier: MIT
// Into a new structure.
#include <memory/frame_allocator.h>

struct node {
    struct frames frames;
    int colour;
};

void copy(struct node *to, const struct frames *deed)
{
    *to = (struct node){.frames = *deed, .colour = 3}; // expect: [cellcheck-copy]
}
