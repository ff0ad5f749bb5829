// SPDX-License-Identifier: MIT
// M.3: a writable view does not outlive the change to read-only.
#include <memory/mapped_pages.h>

enum status write_late(TAKES(struct mapped_pages_mut) from, FILLS(struct mapped_pages) frozen)
{
    const struct bytes all = mapped_bytes_mut(from);
    mapped_pages_freeze(from, frozen);
    SLICE_AT(all, 0) = 1; // expect: [cellcheck-borrow-escape]
    return STATUS_OK;
}
