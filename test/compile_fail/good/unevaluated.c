// SPDX-License-Identifier: MIT
// What is only named is not copied.
#include <memory/frame_allocator.h>

size_t sizes(const struct frames *deed)
{
    typeof(*deed) *same = nullptr;
    return sizeof *deed + sizeof(typeof(*deed)) + (same != nullptr);
}
