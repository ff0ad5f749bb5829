// SPDX-License-Identifier: MIT
// Twice in a row.
#include <memory/frame_allocator.h>

void twice(TAKES(struct frames) deed)
{
    frames_drop(deed);
    frames_drop(deed); // expect: [cellcheck-double-drop]
}
