// SPDX-License-Identifier: MIT
// A mapping that failed has consumed nothing.
#include "memory.h"

enum status map(TAKES(struct pages) pages, TAKES(struct frames) frames,
                FILLS(struct mapped_pages) mapping)
{
    if (map_readable(pages, frames, mapping) == STATUS_OK)
        return STATUS_OK;
    return map_readable(pages, frames, mapping);
}
