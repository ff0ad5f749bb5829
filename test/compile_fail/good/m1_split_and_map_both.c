// SPDX-License-Identifier: MIT
// Two halves are two owners.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status map_both(FILLS(struct mapped_pages) one, FILLS(struct mapped_pages) two)
{
    OWNED(frames, frames);
    OWNED(frames, rest);
    OWNED(pages, here);
    OWNED(pages, there);
    TRY(frames_allocate(2, &frames));
    TRY(frames_split(&frames, 1, &rest));
    TRY(pages_allocate(PAGES_HEAP, 1, &here));
    TRY(pages_allocate(PAGES_HEAP, 1, &there));
    TRY(map_readable(&here, &frames, one));
    return map_readable(&there, &rest, two);
}
