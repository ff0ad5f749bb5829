// SPDX-License-Identifier: MIT
// A borrow within a local structure.
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

struct view {
    struct const_bytes bytes;
    size_t next;
};

uint8_t late(TAKES(struct mapped_pages) mapping)
{
    struct view view = {.bytes = mapped_bytes(mapping)};
    mapped_pages_drop(mapping);
    return *view.bytes.pointer; // expect: [cellcheck-borrow-escape]
}
