// SPDX-License-Identifier: MIT
// M.4: an object in readable memory cannot be written.
#include <memory/mapped_pages.h>

struct header {
    uint64_t magic;
};

void mark(const struct mapped_pages *mapping)
{
    MAPPED(struct header, mapping, 0)->magic = 1; // expect: not assignable
}
