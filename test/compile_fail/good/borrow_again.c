// SPDX-License-Identifier: MIT
// A borrow from the new owner.
#include <memory/mapped_pages.h>

uint8_t again(TAKES(struct mapped_pages) from)
{
    OWNED(mapped_pages, mapping);
    struct const_bytes all = mapped_bytes(from);
    const uint8_t before = SLICE_AT(all, 0);
    MOVE_TO(&mapping, from);
    all = mapped_bytes(&mapping);
    return before + SLICE_AT(all, 0);
}
