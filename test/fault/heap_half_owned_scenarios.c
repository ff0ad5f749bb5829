// SPDX-License-Identifier: MIT
// The scenarios of the heaps with heap_half_owned.
#define HEAP_SOURCE "cells/memory/heap_half_owned/heap_half_owned.c"

// NOLINTNEXTLINE(bugprone-suspicious-include): that is the point
#include "heap_scenarios.c"
