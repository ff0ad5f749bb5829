// SPDX-License-Identifier: MIT
// M.4: mappings of different protection are different types.
#include "memory.h"

enum status confuse(TAKES(struct pages) pages, TAKES(struct frames) frames,
                    FILLS(struct mapped_pages_mut) mapping)
{
    return map_executable(pages, frames, mapping); // expect: incompatible pointer types
}
