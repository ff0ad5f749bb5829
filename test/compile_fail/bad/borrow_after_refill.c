// SPDX-License-Identifier: MIT
// A new owner in the same slot is not the old one.
#include <memory/mapped_pages.h>

enum status late(FILLS(struct mapped_pages) to, TAKES(struct mapped_pages) next, uint8_t *byte)
{
    OWNED(mapped_pages, mapping);
    MOVE_TO(&mapping, next);
    const struct const_bytes all = mapped_bytes(&mapping);
    MOVE_TO(to, &mapping);
    MOVE_TO(&mapping, to);
    *byte = SLICE_AT(all, 0); // expect: [cellcheck-borrow-escape]
    return STATUS_OK;
}
