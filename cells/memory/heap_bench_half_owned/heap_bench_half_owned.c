// SPDX-License-Identifier: MIT
// Live swap, fault: see heap_bench.h.
#include <memory/heap.h>

#include "../heap_bench/workloads.h"

const struct heap_workloads heap_bench_half_owned = {
    heap_bench_hot,
    heap_bench_threadtest,
    heap_bench_shbench,
};
