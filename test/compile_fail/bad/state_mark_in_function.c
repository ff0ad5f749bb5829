// SPDX-License-Identifier: MIT
// STATE within a function has no name of its own.
#include <cell/annotations.h>

int next(void)
{
    STATE int count; // expect: [cellcheck-state]
    return ++count;
}
