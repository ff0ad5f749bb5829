// SPDX-License-Identifier: MIT
// M.4: mappings of different protection are different types.
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>

enum status confuse(TAKES(struct pages) pages, TAKES(struct frames) frames,
                    FILLS(struct mapped_pages_mut) mapping)
{
    return map_executable(pages, frames, mapping); // expect: incompatible pointer types
}
