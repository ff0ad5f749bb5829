// SPDX-License-Identifier: MIT
// M.2: mapped bytes are not an object of any type one likes.
#include <memory/mapped_pages.h>

struct header {
    uint64_t magic;
};

uint64_t magic_of(const struct mapped_pages *mapping)
{
    const struct const_bytes all = mapped_bytes(mapping);
    return ((const struct header *)all.pointer)->magic; // expect: [cellcheck-unsafe]
}
