// SPDX-License-Identifier: MIT
// Mutable static data that is STATE, or one a CPU.
#include <cell/annotations.h>

STATE int count;
PER_CPU int depth;

int next(void)
{
    return ++count + depth;
}
