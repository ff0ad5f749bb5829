// SPDX-License-Identifier: MIT
// A temporary has no name that could be dropped.
#include <memory/frame_allocator.h>

void look(const struct frames *deed);

void temporary(void)
{
    look(&(struct frames){.first = 1, .count = 1}); // expect: [cellcheck-not-owned]
}
