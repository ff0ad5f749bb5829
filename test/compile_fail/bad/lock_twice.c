// SPDX-License-Identifier: MIT
// The same lock twice.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct spin_lock lock;

void twice(void)
{
    spin_lock_acquire(&lock);
    spin_lock_acquire(&lock); // expect: -Wthread-safety
    spin_lock_release(&lock);
}
