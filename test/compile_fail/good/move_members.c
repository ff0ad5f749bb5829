// SPDX-License-Identifier: MIT
// Members are owners of their own.
#include <memory/frame_allocator.h>

struct pair {
    struct frames left;
    struct frames right;
};

void take_apart(struct pair *pair, FILLS(struct frames) to)
{
    frames_drop(&pair->left);
    MOVE_TO(to, &pair->right);
}
