// SPDX-License-Identifier: MIT
// Pages and frames are consumed, and the mapping owns.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status map(uint64_t count, FILLS(struct mapped_pages_mut) buffer)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    TRY(frames_allocate(count, &frames));
    TRY(pages_allocate(PAGES_HEAP, count, &pages));
    return map_writable(&pages, &frames, buffer);
}
