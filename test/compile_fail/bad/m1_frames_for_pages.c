// SPDX-License-Identifier: MIT
// M.1: pages and frames are not the same thing.
#include "memory.h"

enum status confuse(FILLS(struct mapped_pages) mapping)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    TRY(frames_allocate(1, &frames));
    TRY(pages_allocate(1, &pages));
    return map_readable(&frames, &pages, mapping); // expect: incompatible pointer types
}
