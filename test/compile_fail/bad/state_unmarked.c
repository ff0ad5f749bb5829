// SPDX-License-Identifier: MIT
// Mutable static data that is not STATE.

static int count; // expect: [cellcheck-state]

int next(void)
{
    return ++count;
}
