// SPDX-License-Identifier: MIT
// A borrow that outlives the owner's block.
#include <memory/mapped_pages.h>

uint8_t late(TAKES(struct mapped_pages) from)
{
    struct const_bytes all = {};
    if (from->size > 0) {
        OWNED(mapped_pages, mapping);
        MOVE_TO(&mapping, from);
        all = mapped_bytes(&mapping);
    }
    return SLICE_AT(all, 0); // expect: [cellcheck-borrow-escape]
}
