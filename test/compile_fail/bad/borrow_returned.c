// SPDX-License-Identifier: MIT
// A view of what ends here.
#include <memory/mapped_pages.h>

struct const_bytes view(TAKES(struct mapped_pages) from)
{
    OWNED(mapped_pages, mapping);
    MOVE_TO(&mapping, from);
    return mapped_bytes(&mapping); // expect: [cellcheck-borrow-escape]
}
