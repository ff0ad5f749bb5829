// SPDX-License-Identifier: MIT
// A local structure that borrows.
#include <memory/mapped_pages.h>

struct view {
    struct const_bytes bytes;
    size_t next;
};

uint8_t read(const struct mapped_pages *mapping)
{
    struct view view = {.bytes = mapped_bytes(mapping)};
    view.next = 3;
    return SLICE_AT(view.bytes, view.next);
}
