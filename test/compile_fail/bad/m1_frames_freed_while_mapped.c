// SPDX-License-Identifier: MIT
// M.1: frames that are mapped cannot be given back as well.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status free_mapped(FILLS(struct mapped_pages) mapping)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    TRY(frames_allocate(1, &frames));
    TRY(pages_allocate(PAGES_HEAP, 1, &pages));
    TRY(map_readable(&pages, &frames, mapping));
    frames_drop(&frames); // expect: [cellcheck-double-drop]
    return STATUS_OK;
}
