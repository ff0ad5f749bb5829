// SPDX-License-Identifier: MIT
#define HEAP_DESIGN HEAP_OWNED
#include "../heap/source.h"
