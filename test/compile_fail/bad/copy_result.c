// SPDX-License-Identifier: MIT
// Returning by value, at the declaration.
#include <memory/frame_allocator.h>

struct frames make(void); // expect: [cellcheck-copy]
