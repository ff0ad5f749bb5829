// SPDX-License-Identifier: MIT
// The inner lock before the outer one.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct spin_lock outer;
STATE struct spin_lock inner ACQUIRED_AFTER(outer);

void wrong_way_round(void)
{
    spin_lock_acquire(&inner);
    spin_lock_acquire(&outer); // expect: -Wthread-safety
    spin_lock_release(&outer);
    spin_lock_release(&inner);
}
