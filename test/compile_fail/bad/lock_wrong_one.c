// SPDX-License-Identifier: MIT
// The lock of something else.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct spin_lock lock;
STATE struct spin_lock other_lock;
STATE int count GUARDED_BY(lock);

int read_count(void)
{
    HOLD(&other_lock);
    return count; // expect: -Wthread-safety
}
