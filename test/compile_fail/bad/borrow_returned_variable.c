// SPDX-License-Identifier: MIT
// The same, by way of a variable.
#include <memory/mapped_pages.h>

const uint8_t *view(TAKES(struct mapped_pages) from)
{
    OWNED(mapped_pages, mapping);
    MOVE_TO(&mapping, from);
    const struct const_bytes all = mapped_bytes(&mapping);
    const uint8_t *start = all.pointer;
    return start + 3; // expect: [cellcheck-borrow-escape]
}
