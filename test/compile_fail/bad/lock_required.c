// SPDX-License-Identifier: MIT
// A function that requires the lock.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct spin_lock lock;
STATE int count GUARDED_BY(lock);

static void count_up_locked(void) REQUIRES(lock)
{
    count++;
}

void count_up(void)
{
    count_up_locked(); // expect: -Wthread-safety
}
