// SPDX-License-Identifier: MIT
// A way out with the lock held.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct spin_lock lock;
STATE int count GUARDED_BY(lock);

int read_count(void)
{
    spin_lock_acquire(&lock);
    const int seen = count;
    if (seen == 0)
        return 0;
    spin_lock_release(&lock);
    return seen;
} // expect: -Wthread-safety
