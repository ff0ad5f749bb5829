// SPDX-License-Identifier: MIT
// M.2: an address is a number and does not become a pointer.
#include <memory/mapped_pages.h>

uint64_t peek(const struct mapped_pages *mapping)
{
    return *(const uint64_t *)(mapping->address + 8); // expect: [cellcheck-unsafe]
}
