// SPDX-License-Identifier: MIT
// What a borrow points to has a new owner.
#include <memory/mapped_pages.h>

enum status late(TAKES(struct mapped_pages) from, FILLS(struct mapped_pages) to, uint8_t *byte)
{
    const struct const_bytes all = mapped_bytes(from);
    MOVE_TO(to, from);
    *byte = SLICE_AT(all, 0); // expect: [cellcheck-borrow-escape]
    return STATUS_OK;
}
