// SPDX-License-Identifier: MIT
// M.2: an address is not a pointer without a cast either.
#include <memory/mapped_pages.h>

uint64_t peek(const struct mapped_pages *mapping)
{
    const uint64_t *words = mapping->address; // expect: incompatible integer to pointer conversion
    return words[1];
}
