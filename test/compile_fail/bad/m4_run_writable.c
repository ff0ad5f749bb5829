// SPDX-License-Identifier: MIT
// M.4: data cannot be run.
#include <memory/mapped_pages.h>

void run(const struct mapped_pages_mut *mapping)
{
    mapped_entry(mapping, 0)(); // expect: incompatible pointer types
}
