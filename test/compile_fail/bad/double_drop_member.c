// SPDX-License-Identifier: MIT
// One member of a structure, twice.
#include <memory/frame_allocator.h>

struct pair {
    struct frames left;
    struct frames right;
};

void twice(struct pair *pair)
{
    frames_drop(&pair->left);
    frames_drop(&pair->left); // expect: [cellcheck-double-drop]
}
