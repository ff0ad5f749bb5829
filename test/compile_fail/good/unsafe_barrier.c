// SPDX-License-Identifier: MIT
// A compiler barrier executes nothing.
#include <cell/ownership.h>

int ordered(volatile int *one, volatile int *two)
{
    const int first = *one;
    COMPILER_BARRIER();
    return first + *two;
}
