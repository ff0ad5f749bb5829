// SPDX-License-Identifier: MIT
// M.3: who only borrows a mapping cannot unmap it.
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

void helper(struct mapped_pages *mapping)
{
    mapped_pages_drop(mapping);
} // expect: [cellcheck-use-after-move]
