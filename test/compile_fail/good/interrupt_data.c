// SPDX-License-Identifier: MIT
// Data shared with an interrupt handler, with the interrupt-safe lock.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct irq_lock lock;
STATE int ticks GUARDED_BY(lock);

void on_interrupt(void)
{
    HOLD(&lock);
    ticks++;
}

int read_ticks(void)
{
    HOLD(&lock);
    return ticks;
}
