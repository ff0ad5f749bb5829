// SPDX-License-Identifier: MIT
// A lock and an owner in one function.
#include <cell/lock.h>

#include <memory/frame_allocator.h>

STATE struct spin_lock lock;
STATE int count GUARDED_BY(lock);

enum status allocate_counted(FILLS(struct frames) deed)
{
    HOLD(&lock);
    TRY(frames_allocate(1, deed));
    count++;
    return STATUS_OK;
}
