// SPDX-License-Identifier: MIT
// Unmapped before the end of the scope.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status use_and_unmap(TAKES(struct pages) pages, TAKES(struct frames) frames)
{
    OWNED(mapped_pages_mut, mapping);
    TRY(map_writable(pages, frames, &mapping));
    SLICE_AT(mapped_bytes_mut(&mapping), 0) = 1;
    mapped_pages_mut_drop(&mapping);
    return STATUS_OK;
}
