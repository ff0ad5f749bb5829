// SPDX-License-Identifier: MIT
// Data shared with an interrupt handler is not guarded by a plain spin lock.
#include <cell/annotations.h>
#include <cell/lock.h>

struct interrupt_queue;
void interrupt_queue_attach(struct interrupt_queue *queue, struct irq_lock *lock);

STATE struct spin_lock lock;

void attach(struct interrupt_queue *queue)
{
    interrupt_queue_attach(queue, &lock); // expect: incompatible pointer types
}
