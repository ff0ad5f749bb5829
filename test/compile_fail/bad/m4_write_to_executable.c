// SPDX-License-Identifier: MIT
// M.4: code cannot be written.
#include <memory/mapped_pages.h>

void write(const struct mapped_pages_exec *mapping)
{
    const struct bytes all = mapped_bytes_mut(mapping); // expect: incompatible pointer types
    SLICE_AT(all, 0) = 0x90;
}
