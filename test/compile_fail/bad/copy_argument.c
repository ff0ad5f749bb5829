// SPDX-License-Identifier: MIT
// Passing by value, at the declaration.
#include <memory/frame_allocator.h>

void give(struct frames deed); // expect: [cellcheck-copy]
