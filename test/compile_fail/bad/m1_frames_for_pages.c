// SPDX-License-Identifier: MIT
// M.1: pages and frames are not the same thing.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status confuse(FILLS(struct mapped_pages) mapping)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    TRY(frames_allocate(1, &frames));
    TRY(pages_allocate(PAGES_HEAP, 1, &pages));
    return map_readable(&frames, &pages, mapping); // expect: incompatible pointer types
}
