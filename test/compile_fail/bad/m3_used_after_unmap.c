// SPDX-License-Identifier: MIT
// M.3: a mapping is not accessed after it was unmapped.
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

uint8_t late(TAKES(struct mapped_pages) mapping)
{
    mapped_pages_drop(mapping);
    const struct const_bytes all = mapped_bytes(mapping); // expect: [cellcheck-use-after-move]
    return SLICE_AT(all, 0);
}
