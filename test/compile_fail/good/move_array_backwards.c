// SPDX-License-Identifier: MIT
// The same, backwards, and filled again.
#include <memory/frame_allocator.h>

enum status refill(struct frames (*deeds)[8])
{
    for (size_t i = 8; i-- > 0;)
        frames_drop(&(*deeds)[i]);
    for (size_t i = 0; i < 8; i++)
        TRY(frames_allocate(1, &(*deeds)[i]));
    return STATUS_OK;
}
