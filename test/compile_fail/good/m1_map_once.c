// SPDX-License-Identifier: MIT
// Pages and frames are consumed, and the mapping owns.
#include "memory.h"

enum status map(uint64_t count, FILLS(struct mapped_pages_mut) buffer)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    TRY(frames_allocate(count, &frames));
    TRY(pages_allocate(count, &pages));
    return map_writable(&pages, &frames, buffer);
}
