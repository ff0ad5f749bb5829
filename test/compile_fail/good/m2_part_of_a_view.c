// SPDX-License-Identifier: MIT
// A part of a view is checked too.
#include <memory/mapped_pages.h>

uint8_t seventh_byte(const struct mapped_pages *mapping)
{
    const struct const_bytes tail = SLICE_FROM(mapped_bytes(mapping), 6);
    return SLICE_AT(tail, 0);
}
