// SPDX-License-Identifier: MIT
// A borrow used before its owner goes.
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

uint8_t early(TAKES(struct mapped_pages) mapping)
{
    const struct const_bytes all = mapped_bytes(mapping);
    const uint8_t byte = SLICE_AT(all, 0);
    mapped_pages_drop(mapping);
    return byte;
}
