// SPDX-License-Identifier: MIT
// The outer lock first.
#include <cell/annotations.h>
#include <cell/lock.h>

STATE struct spin_lock outer;
STATE struct spin_lock inner ACQUIRED_AFTER(outer);

void right_way_round(void)
{
    HOLD(&outer);
    HOLD(&inner);
}
