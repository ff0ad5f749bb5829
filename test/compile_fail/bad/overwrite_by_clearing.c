// SPDX-License-Identifier: MIT
// Emptying by hand what still owns.
#include <memory/frame_allocator.h>

enum status forget(void)
{
    OWNED(frames, deed);
    TRY(frames_allocate(1, &deed));
    deed.count = 0; // expect: [cellcheck-overwrite]
    return STATUS_OK;
}
