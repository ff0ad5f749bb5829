// SPDX-License-Identifier: MIT
#define HEAP_DESIGN HEAP_HALF_OWNED
#include "../heap/source.h"
