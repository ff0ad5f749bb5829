// SPDX-License-Identifier: MIT
// A mapping that failed has consumed nothing.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status map(TAKES(struct pages) pages, TAKES(struct frames) frames,
                FILLS(struct mapped_pages) mapping)
{
    if (map_readable(pages, frames, mapping) == STATUS_OK)
        return STATUS_OK;
    return map_readable(pages, frames, mapping);
}
