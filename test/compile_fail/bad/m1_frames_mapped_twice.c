// SPDX-License-Identifier: MIT
// M.1: the frames of one mapping cannot be mapped a second time.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status map_twice(FILLS(struct mapped_pages) one, FILLS(struct mapped_pages_mut) two)
{
    OWNED(frames, frames);
    OWNED(pages, here);
    OWNED(pages, there);
    TRY(frames_allocate(1, &frames));
    TRY(pages_allocate(PAGES_HEAP, 1, &here));
    TRY(pages_allocate(PAGES_HEAP, 1, &there));
    TRY(map_readable(&here, &frames, one));
    return map_writable(&there, &frames, two); // expect: [cellcheck-use-after-move]
}
