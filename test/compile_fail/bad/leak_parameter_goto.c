// SPDX-License-Identifier: MIT
// A way out by goto.
#include "memory.h"

bool some(void);

void consume(TAKES(struct frames) deed)
{
    if (some())
        goto out;
    frames_drop(deed);
out:
    return; // expect: [cellcheck-leak]
}
