// SPDX-License-Identifier: MIT
// M.3: a view of a mapping ends with it.
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

uint8_t late(TAKES(struct mapped_pages) mapping)
{
    const struct const_bytes all = mapped_bytes(mapping);
    mapped_pages_drop(mapping);
    return SLICE_AT(all, 0); // expect: [cellcheck-borrow-escape]
}
