// SPDX-License-Identifier: MIT
// Data shared with an interrupt handler, without its lock.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct irq_lock lock;
STATE int ticks GUARDED_BY(lock);

int read_ticks(void)
{
    return ticks; // expect: -Wthread-safety
}
