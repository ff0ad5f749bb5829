// SPDX-License-Identifier: MIT
#define HEAP_DESIGN HEAP_RAW
#include "../heap/source.h"
