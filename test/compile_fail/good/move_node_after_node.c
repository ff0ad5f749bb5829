// SPDX-License-Identifier: MIT
// A pointer that moves on points to another slot.
#include <memory/frame_allocator.h>

struct node {
    struct frames frames;
    struct node *next;
};

void two(struct node *node)
{
    frames_drop(&node->frames);
    node = node->next;
    frames_drop(&node->frames);
}
