// SPDX-License-Identifier: MIT
// A static within a function.

int next(void)
{
    static int count; // expect: [cellcheck-state]
    return ++count;
}
