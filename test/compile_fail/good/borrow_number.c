// SPDX-License-Identifier: MIT
// A number from an owner is no borrow.
#include "memory.h"

uint64_t size(TAKES(struct mapped_pages) mapping)
{
    const uint64_t bytes = mapped_size(mapping);
    mapped_pages_drop(mapping);
    return bytes;
}
