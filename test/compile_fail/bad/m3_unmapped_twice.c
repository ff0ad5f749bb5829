// SPDX-License-Identifier: MIT
// M.3: a mapping is unmapped once.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status twice(void)
{
    OWNED(mapped_pages, mapping);
    OWNED(frames, frames);
    OWNED(pages, pages);
    TRY(frames_allocate(1, &frames));
    TRY(pages_allocate(PAGES_HEAP, 1, &pages));
    TRY(map_readable(&pages, &frames, &mapping));
    mapped_pages_drop(&mapping);
    mapped_pages_drop(&mapping); // expect: [cellcheck-double-drop]
    return STATUS_OK;
}
