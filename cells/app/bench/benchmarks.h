// SPDX-License-Identifier: MIT
/// What is measured; private to bench.
#pragma once
#include <memory/mapped_pages.h>

#include <cell/annotations.h>

struct cell;
struct namespace_reference;

/// What a benchmark may use and need not make itself.
struct workbench {
    BORROWS const struct mapped_pages_mut *page;     ///< 4 KiB, writable
    BORROWS const struct cell *cell;                 ///< has exported symbols
    uint64_t exports;                                ///< how many
    BORROWS const struct namespace_reference *space; ///< into which cells are loaded
};

/// A function that is measured, or a figure that was taken earlier.
struct benchmark {
    const char *name;
    enum status (*function)(const struct workbench *bench); ///< null: a figure
    uint64_t (*ticks)(void);                                ///< the figure
    uint32_t operations; ///< in one call, by which the count is divided; 0: `exports`
    uint32_t rounds;     ///< odd, at most BENCHMARK_ROUNDS
};

enum { BENCHMARK_ROUNDS = 101 };

/// Fills `bench`, whose page and cell the caller owns.
void workbench_prepare(struct workbench *bench, const struct mapped_pages_mut *page,
                       const struct cell *cell);

/// The benchmark with this number, or null beyond the last one.
const struct benchmark *benchmark_at(size_t number);
