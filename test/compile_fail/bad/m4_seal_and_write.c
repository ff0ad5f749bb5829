// SPDX-License-Identifier: MIT
// M.4: memory made executable is not written any more.
#include <memory/mapped_pages.h>

enum status seal(TAKES(struct mapped_pages_mut) from, FILLS(struct mapped_pages_exec) code)
{
    mapped_pages_seal(from, code);
    const struct bytes all = mapped_bytes_mut(from); // expect: [cellcheck-use-after-move]
    SLICE_AT(all, 0) = 0x90;
    return STATUS_OK;
}
