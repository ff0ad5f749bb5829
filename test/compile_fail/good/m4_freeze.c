// SPDX-License-Identifier: MIT
// Written first, then read-only.
#include <memory/mapped_pages.h>

void constant(TAKES(struct mapped_pages_mut) from, FILLS(struct mapped_pages) frozen)
{
    SLICE_AT(mapped_bytes_mut(from), 0) = 7;
    mapped_pages_freeze(from, frozen);
}
