// SPDX-License-Identifier: MIT
// A list is emptied node by node.
#include <memory/frame_allocator.h>

struct node {
    struct frames frames;
    struct node *next;
};

void empty(struct node *first)
{
    for (struct node *node = first; node; node = node->next)
        frames_drop(&node->frames);
}
