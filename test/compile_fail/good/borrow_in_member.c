// SPDX-License-Identifier: MIT
// A member that says BORROWS.
#include <memory/mapped_pages.h>

struct cursor {
    BORROWS const struct mapped_pages *mapping;
    size_t next;
};

void cursor_start(struct cursor *cursor, const struct mapped_pages *mapping)
{
    cursor->mapping = mapping;
    cursor->next = 0;
}
