// SPDX-License-Identifier: MIT
// A case that falls through into another drop.
#include <memory/frame_allocator.h>

void twice(TAKES(struct frames) deed, int way)
{
    switch (way) {
    case 1:
        frames_drop(deed);
        [[fallthrough]];
    default:
        frames_drop(deed); // expect: [cellcheck-double-drop]
    }
}
