// SPDX-License-Identifier: MIT
// The same index, unchanged.
#include <memory/frame_allocator.h>

void twice(struct frames *table, size_t index)
{
    frames_drop(&table[index]);
    frames_drop(&table[index]); // expect: [cellcheck-double-drop]
}
