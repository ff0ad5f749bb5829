// SPDX-License-Identifier: MIT
// A structure with an owner in it.
#include <memory/frame_allocator.h>

struct node {
    struct frames frames;
    int colour;
};

int plain(void)
{
    struct node node = {.colour = 3}; // expect: [cellcheck-not-owned]
    return node.colour;
}
