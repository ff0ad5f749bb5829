// SPDX-License-Identifier: MIT
// M.3: an object laid over memory ends with its mapping.
#include <memory/mapped_pages.h>

struct header {
    uint64_t magic;
};

uint64_t late(TAKES(struct mapped_pages) mapping)
{
    const struct header *header = MAPPED(struct header, mapping, 0);
    mapped_pages_drop(mapping);
    return header->magic; // expect: [cellcheck-borrow-escape]
}
