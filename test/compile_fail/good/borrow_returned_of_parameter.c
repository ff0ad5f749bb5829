// SPDX-License-Identifier: MIT
// What is lent can be returned: it is the caller's.
#include <memory/mapped_pages.h>

const uint8_t *start_of(const struct mapped_pages *mapping)
{
    const struct const_bytes all = mapped_bytes(mapping);
    return all.pointer;
}
