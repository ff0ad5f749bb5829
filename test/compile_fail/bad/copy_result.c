// SPDX-License-Identifier: MIT
// Returning by value, at the declaration.
#include "memory.h"

struct frames make(void); // expect: [cellcheck-copy]
