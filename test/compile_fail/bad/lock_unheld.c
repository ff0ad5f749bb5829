// SPDX-License-Identifier: MIT
// Data without its lock.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct spin_lock lock;
STATE int count GUARDED_BY(lock);

int read_count(void)
{
    return count; // expect: -Wthread-safety
}
