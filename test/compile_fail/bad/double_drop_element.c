// SPDX-License-Identifier: MIT
// One element of an array, twice.
#include <memory/frame_allocator.h>

void twice(struct frames (*table)[4])
{
    frames_drop(&(*table)[2]);
    frames_drop(&(*table)[2]); // expect: [cellcheck-double-drop]
}
