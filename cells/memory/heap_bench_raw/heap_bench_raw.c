// SPDX-License-Identifier: MIT
// Live swap, fault: see heap_bench.h.
#include <memory/heap.h>

#include "../heap_bench/workloads.h"
