// SPDX-License-Identifier: MIT
// A member without its lock.
#include <cell/lock.h>

struct device {
    struct spin_lock lock;
    int pending GUARDED_BY(&lock);
};

int pending_of(struct device *device)
{
    return device->pending; // expect: -Wthread-safety
}
