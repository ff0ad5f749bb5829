// SPDX-License-Identifier: MIT
// A number from an owner is no borrow.
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

uint64_t size(TAKES(struct mapped_pages) mapping)
{
    const uint64_t bytes = mapping->size;
    mapped_pages_drop(mapping);
    return bytes;
}
