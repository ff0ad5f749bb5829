// SPDX-License-Identifier: MIT
// Letting go of what is not held.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct spin_lock lock;

void release(void)
{
    spin_lock_release(&lock); // expect: -Wthread-safety
}
