// SPDX-License-Identifier: MIT
// M.4: read-only data cannot be run.
#include <memory/mapped_pages.h>

void run(const struct mapped_pages *mapping)
{
    mapped_entry(mapping, 0)(); // expect: incompatible pointer types
}
