// SPDX-License-Identifier: MIT
// M.4: a read-only view cannot be written through.
#include <memory/mapped_pages.h>

void write(const struct mapped_pages *mapping)
{
    const struct const_bytes all = mapped_bytes(mapping);
    SLICE_AT(all, 0) = 1; // expect: not assignable
}
