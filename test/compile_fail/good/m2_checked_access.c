// SPDX-License-Identifier: MIT
// Access through a checked view.
#include <memory/mapped_pages.h>

uint8_t first_byte(const struct mapped_pages *mapping)
{
    const struct const_bytes all = mapped_bytes(mapping);
    return SLICE_AT(all, 0);
}
