// SPDX-License-Identifier: MIT
// M.2: an object is not laid over memory at a constant offset that is wrong for its type.
#include <memory/mapped_pages.h>

struct header {
    uint64_t magic;
};

uint64_t magic_of(const struct mapped_pages *mapping)
{
    return MAPPED(struct header, mapping, 4)->magic; // expect: not aligned
}
