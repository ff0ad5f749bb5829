// SPDX-License-Identifier: MIT
// One short function each. What a name means exactly is in docs/reference/benchmarks.md; test/bench
// keeps the names and their budgets. A function is entered once unmeasured before its rounds, and
// what an empty one costs is subtracted.
//
// Live swap:  nothing is remembered.
// Fault:      what a benchmark owns is dropped like anything else.
#include "benchmarks.h"

#include <cell/cell_loader.h>
#include <cell/cell_metadata.h>
#include <cell/lock.h>
#include <cell/relocation.h>
#include <cpu/clock.h>
#include <memory/frame_allocator.h>
#include <memory/heap.h>
#include <memory/heap_bench.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>

enum : uint32_t {
    MANY = BENCHMARK_ROUNDS,
    HOT_PAIRS = 1000,
    THREADTEST_PAIRS = 100000,
    SHBENCH_PAIRS = 19300,
};
enum : size_t { SLAB_SIZE = 64 };

STATE struct spin_lock lock;

static enum status lock_unlock([[maybe_unused]] const struct workbench *bench)
{
    spin_lock_acquire(&lock);
    spin_lock_release(&lock);
    return STATUS_OK;
}

static enum status guard_unguard([[maybe_unused]] const struct workbench *bench)
{
    HOLD(&lock);
    return STATUS_OK;
}

static enum status map_write_unmap([[maybe_unused]] const struct workbench *bench)
{
    OWNED(frames, frame);
    OWNED(pages, page);
    OWNED(mapped_pages_mut, mapping);
    TRY(frames_allocate(1, &frame));
    TRY(pages_allocate(PAGES_HEAP, 1, &page));
    TRY(map_writable(&page, &frame, &mapping));
    *(volatile uint8_t *)MAPPED_MUT(uint8_t, &mapping, 0) = 1;
    return STATUS_OK;
}

static enum status remap(const struct workbench *bench)
{
    OWNED(mapped_pages_mut, writable);
    OWNED(mapped_pages, readable);
    mapped_pages_mut_adopt(MAPPING_HEAP, bench->page->address, PAGE_SIZE, &writable);
    mapped_pages_freeze(&writable, &readable);
    OWNED(mapped_pages_mut, again);
    mapped_pages_thaw(&readable, &again);
    (void)mapped_pages_mut_leave(&again);
    return STATUS_OK;
}

static enum status slab_alloc_free_lone([[maybe_unused]] const struct workbench *bench)
{
    OWNED(heap_piece, piece);
    TRY(heap_allocate(SLAB_SIZE, &piece));
    heap_piece_drop(&piece);
    return STATUS_OK;
}

// A round of a workload for one of the heaps; that it has as many pairs as the table says is
// checked.
static enum status run(heap_workload *workload, uint64_t rounds, uint64_t expected)
{
    uint64_t pairs;
    TRY(workload(rounds, &pairs));
    return pairs == expected ? STATUS_OK : STATUS_INTERNAL;
}

#define HEAP_BENCHMARKS(heap)                                                                      \
    static enum status hot_##heap([[maybe_unused]] const struct workbench *bench)                  \
    {                                                                                              \
        return run(heap_bench_##heap.hot, HOT_PAIRS, HOT_PAIRS);                                   \
    }                                                                                              \
    static enum status threadtest_##heap([[maybe_unused]] const struct workbench *bench)           \
    {                                                                                              \
        return run(heap_bench_##heap.threadtest, 1, THREADTEST_PAIRS);                             \
    }                                                                                              \
    static enum status shbench_##heap([[maybe_unused]] const struct workbench *bench)              \
    {                                                                                              \
        return run(heap_bench_##heap.shbench, 1, SHBENCH_PAIRS);                                   \
    }                                                                                              \
    static_assert(true)

HEAP_BENCHMARKS(owned);
HEAP_BENCHMARKS(half_owned);
HEAP_BENCHMARKS(raw);

// What the loader does for an import, once for each symbol that a cell exports.
static enum status symbol_lookup(const struct workbench *bench)
{
    const struct cell *cell = bench->cell;
    for (size_t i = 0; i < cell->symbols.length; i++) {
        const struct cell_symbol *symbol = &cell->symbols.pointer[i];
        if (symbol->exported && !cell_export(cell, symbol->name))
            return STATUS_NOT_FOUND;
    }
    return STATUS_OK;
}

// All that becomes of an application whose only function does nothing.
static enum status load_call_unload(const struct workbench *bench)
{
    struct cell_problem problem;
    OWNED(cell_reference, cell);
    TRY(cell_load(bench->space, text_of("hello"), &cell, &problem));
    int (*function)(int, char *[]) = cell_main(cell_of(&cell));
    return function && function(0, nullptr) == 0 ? STATUS_OK : STATUS_INTERNAL;
}

// The types that cells are made of, a field each.
static enum status relocation([[maybe_unused]] const struct workbench *bench)
{
    static const struct relocation relocations[] = {
        {.type = 1, .place = 0x1000, .symbol = 0xFFFFFFFF90001000},
        {.type = 2, .place = 0xFFFFFFFF90001000, .symbol = 0xFFFFFFFF90002000, .addend = -4},
        {.type = 4, .place = 0xFFFFFFFF90001004, .symbol = 0xFFFFFFFF90003000, .addend = -4},
        {.type = 11, .place = 0x1000, .symbol = 0xFFFFFFFF90004000},
    };
    uint64_t field;
    for (size_t i = 0; i < sizeof relocations / sizeof *relocations; i++)
        TRY(relocation_apply(&relocations[i], &field));
    return STATUS_OK;
}

// Without the firmware's reading of files: how often it looks whether the disk is done is the
// host's affair, and the only thing that differs from boot to boot.
static uint64_t ticks_without_reading(void)
{
    return clock_ticks_to_prompt() - clock_ticks_of_reading();
}

static const struct benchmark benchmarks[] = {
    {.name = "lock_unlock", .function = lock_unlock, .operations = 1, .rounds = MANY},
    {.name = "guard_unguard", .function = guard_unguard, .operations = 1, .rounds = MANY},
    {.name = "map_write_unmap", .function = map_write_unmap, .operations = 1, .rounds = MANY},
    {.name = "remap", .function = remap, .operations = 2, .rounds = MANY},
    {.name = "slab_alloc_free_lone",
     .function = slab_alloc_free_lone,
     .operations = 1,
     .rounds = MANY},
    {.name = "slab_alloc_free", .function = hot_owned, .operations = HOT_PAIRS, .rounds = 3},
    {.name = "threadtest_pair",
     .function = threadtest_owned,
     .operations = THREADTEST_PAIRS,
     .rounds = 3},
    {.name = "shbench_pair", .function = shbench_owned, .operations = SHBENCH_PAIRS, .rounds = 3},
    {.name = "slab_alloc_free_half_owned",
     .function = hot_half_owned,
     .operations = HOT_PAIRS,
     .rounds = 3},
    {.name = "threadtest_pair_half_owned",
     .function = threadtest_half_owned,
     .operations = THREADTEST_PAIRS,
     .rounds = 3},
    {.name = "shbench_pair_half_owned",
     .function = shbench_half_owned,
     .operations = SHBENCH_PAIRS,
     .rounds = 3},
    {.name = "slab_alloc_free_raw", .function = hot_raw, .operations = HOT_PAIRS, .rounds = 3},
    {.name = "threadtest_pair_raw",
     .function = threadtest_raw,
     .operations = THREADTEST_PAIRS,
     .rounds = 3},
    {.name = "shbench_pair_raw", .function = shbench_raw, .operations = SHBENCH_PAIRS, .rounds = 3},
    {.name = "symbol_lookup", .function = symbol_lookup, .operations = 0, .rounds = 11},
    {.name = "load_call_unload", .function = load_call_unload, .operations = 1, .rounds = 11},
    {.name = "relocation", .function = relocation, .operations = 4, .rounds = MANY},
    {.name = "boot_to_prompt", .ticks = clock_ticks_to_prompt, .operations = 1, .rounds = 1},
    {.name = "boot_without_reading", .ticks = ticks_without_reading, .operations = 1, .rounds = 1},
};

const struct benchmark *benchmark_at(size_t number)
{
    return number < sizeof benchmarks / sizeof *benchmarks ? &benchmarks[number] : nullptr;
}

void workbench_prepare(struct workbench *bench, const struct mapped_pages_mut *page,
                       const struct cell *cell)
{
    bench->page = page;
    bench->cell = cell;
    bench->exports = 0;
    for (size_t i = 0; i < cell->symbols.length; i++)
        bench->exports += cell->symbols.pointer[i].exported;
}
