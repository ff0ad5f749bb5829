// SPDX-License-Identifier: MIT
// M.1: a virtual page maps one frame at most.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status map_twice(FILLS(struct mapped_pages) one, FILLS(struct mapped_pages) two)
{
    OWNED(frames, first);
    OWNED(frames, second);
    OWNED(pages, pages);
    TRY(frames_allocate(1, &first));
    TRY(frames_allocate(1, &second));
    TRY(pages_allocate(PAGES_HEAP, 1, &pages));
    TRY(map_readable(&pages, &first, one));
    return map_readable(&pages, &second, two); // expect: [cellcheck-use-after-move]
}
