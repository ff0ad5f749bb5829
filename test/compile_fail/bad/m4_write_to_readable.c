// SPDX-License-Identifier: MIT
// M.4: read-only memory has no writable view.
#include <memory/mapped_pages.h>

void write(const struct mapped_pages *mapping)
{
    const struct bytes all = mapped_bytes_mut(mapping); // expect: incompatible pointer types
    SLICE_AT(all, 0) = 1;
}
