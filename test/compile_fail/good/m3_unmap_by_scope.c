// SPDX-License-Identifier: MIT
// Unmapped by the end of the scope, on every way out.
#include "memory.h"

enum status use(TAKES(struct pages) pages, TAKES(struct frames) frames, uint8_t *byte)
{
    OWNED(mapped_pages, mapping);
    TRY(map_readable(pages, frames, &mapping));
    if (mapped_size(&mapping) == 0)
        return STATUS_INVALID;
    *byte = SLICE_AT(mapped_bytes(&mapping), 0);
    return STATUS_OK;
}
