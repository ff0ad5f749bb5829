// SPDX-License-Identifier: MIT
// M.3: a mapping cannot be forgotten.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status forget(TAKES(struct pages) pages, TAKES(struct frames) frames)
{
    struct mapped_pages mapping = {}; // expect: [cellcheck-not-owned]
    TRY(map_readable(pages, frames, &mapping));
    return STATUS_OK; // expect: [cellcheck-leak]
}
