// SPDX-License-Identifier: MIT
// The scenarios of the heaps with heap_raw.
#define HEAP_SOURCE "cells/memory/heap_raw/heap_raw.c"

// NOLINTNEXTLINE(bugprone-suspicious-include): that is the point
#include "heap_scenarios.c"
