// SPDX-License-Identifier: MIT
// M.3: a mapping that is lent as const cannot be given to its drop function.
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

void helper(const struct mapped_pages *mapping)
{
    mapped_pages_drop(mapping); // expect: discards qualifiers
}
