// SPDX-License-Identifier: MIT
// Moved out of an object elsewhere.
#include <memory/frame_allocator.h>

struct node {
    struct frames frames;
    struct node *next;
};

uint64_t read_late(struct node *node, FILLS(struct frames) to)
{
    MOVE_TO(to, &node->frames);
    return node->frames.first; // expect: [cellcheck-use-after-move]
}
