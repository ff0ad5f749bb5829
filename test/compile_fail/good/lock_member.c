// SPDX-License-Identifier: MIT
// A member with its lock.
#include <cell/lock.h>

struct device {
    struct spin_lock lock;
    int pending GUARDED_BY(&lock);
};

int pending_of(struct device *device)
{
    HOLD(&device->lock);
    return device->pending;
}
