// SPDX-License-Identifier: MIT
// Data with its lock.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct spin_lock lock;
STATE int count GUARDED_BY(lock);

int next(void)
{
    HOLD(&lock);
    if (count == 7)
        return 0;
    return ++count;
}
