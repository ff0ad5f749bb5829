// SPDX-License-Identifier: MIT
// M.4: code does not become writable again.
#include <memory/mapped_pages.h>

void thaw(TAKES(struct mapped_pages_exec) from, FILLS(struct mapped_pages_mut) mapping)
{
    mapped_pages_thaw(from, mapping); // expect: incompatible pointer types
}
