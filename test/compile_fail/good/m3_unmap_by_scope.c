// SPDX-License-Identifier: MIT
// Unmapped by the end of the scope, on every way out.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status use(TAKES(struct pages) pages, TAKES(struct frames) frames, uint8_t *byte)
{
    OWNED(mapped_pages, mapping);
    TRY(map_readable(pages, frames, &mapping));
    if (mapping.size == 0)
        return STATUS_INVALID;
    *byte = SLICE_AT(mapped_bytes(&mapping), 0);
    return STATUS_OK;
}
