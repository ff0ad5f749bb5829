// SPDX-License-Identifier: MIT
/// heap_bench: the workloads by which heaps are compared. Three cells, heap_bench_raw, _half_owned
/// and _owned, offer this interface, each for the heap that it needs; the host builds the same
/// source for other allocators (test/bench/heap_host.c).
///
/// Sizes and patterns of threadtest and shbench are those of the thesis (9.3.3), a round is a
/// thousandth of what it measures there.
///
/// Callers:    one task.
/// Live swap:  nothing is remembered.
/// Fault:      what a workload allocated is dropped with its slots.
#pragma once
#include <stdint.h>

#include <cell/status.h>

/// Sets `*pairs` to how many pieces were allocated and dropped. STATUS_EXHAUSTED: no memory.
typedef enum status heap_workload(uint64_t rounds, uint64_t *pairs);

/// One piece of 8 bytes, again and again, beside one that stays.
heap_workload heap_bench_hot;
/// A round: 100 000 pieces of 8 bytes, then all are dropped.
heap_workload heap_bench_threadtest;
/// A round: 19 300 pieces of 1 to 709 bytes, of which each fifth lives longer than the others.
heap_workload heap_bench_shbench;

/// The three, for whoever compares heaps.
struct heap_workloads {
    heap_workload *hot, *threadtest, *shbench;
};

/// Each is offered by the cell of its name.
extern const struct heap_workloads heap_bench_raw;
extern const struct heap_workloads heap_bench_half_owned;
extern const struct heap_workloads heap_bench_owned;
