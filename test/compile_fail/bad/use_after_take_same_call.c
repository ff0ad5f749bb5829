// SPDX-License-Identifier: MIT
// One slot for two parameters that take.
#include <memory/frame_allocator.h>

void merge(TAKES(struct frames) one, TAKES(struct frames) other);

void with_itself(TAKES(struct frames) deed)
{
    merge(deed, deed); // expect: [cellcheck-use-after-move]
}
