// SPDX-License-Identifier: MIT
// The address of a CPU's own object is an offset, not a pointer.
#include <cell/context.h>

struct counters {
    int calls;
};

PER_CPU struct counters counters;

void count(struct counters *counters);

void call(void)
{
    count(PER_CPU_POINTER(&counters));
    count(&counters); // expect: changes address space of pointer
}
