// SPDX-License-Identifier: MIT
// One short function each. What a name means exactly is in docs/reference/benchmarks.md; test/bench
// keeps the names and their budgets. A function is entered once unmeasured before its rounds, and
// what an empty one costs is subtracted.
//
// Live swap:  nothing is remembered.
// Fault:      what a benchmark owns is dropped like anything else.
#include "benchmarks.h"

#include <cell/cell_metadata.h>
#include <cell/lock.h>
#include <cell/relocation.h>
#include <cpu/clock.h>
#include <memory/heap.h>

enum : uint32_t { MANY = BENCHMARK_ROUNDS, PAIRS = 1000 };
enum : size_t { SLAB_SIZE = 64, THREADTEST_SIZE = 8, SHBENCH_LARGEST = 1000, SHBENCH_LIVE = 50 };

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
    OWNED(mapped_pages, mapping);
    TRY(mapped_pages_allocate(MAPPING_HEAP, 1, &mapping));
    volatile uint8_t *bytes = mapped_pages_start(&mapping);
    *bytes = 1;
    return STATUS_OK;
}

static enum status remap(const struct workbench *bench)
{
    mapped_pages_protect(bench->page, MAPPING_READABLE);
    mapped_pages_protect(bench->page, MAPPING_WRITABLE);
    return STATUS_OK;
}

static enum status slab_alloc_free([[maybe_unused]] const struct workbench *bench)
{
    void *piece;
    TRY(heap_allocate(SLAB_SIZE, &piece));
    heap_free(piece);
    return STATUS_OK;
}

static void free_pieces(void *pieces[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        heap_free(pieces[i]);
        pieces[i] = nullptr;
    }
}

// Hoard's threadtest: many small pieces of one size, then all of them back.
static enum status fill_and_free(void *pieces[], size_t count)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = heap_allocate(THREADTEST_SIZE, &pieces[i]);
    free_pieces(pieces, count);
    return status;
}

static enum status threadtest([[maybe_unused]] const struct workbench *bench)
{
    void *pieces[PAIRS / 10] = {};
    for (uint32_t turn = 0; turn < 10; turn++)
        TRY(fill_and_free(pieces, PAIRS / 10));
    return STATUS_OK;
}

// MicroQuill's shbench: sizes of 1 to 1000 bytes, small ones most often, lifetimes of any length.
static enum status replace_pieces(void *pieces[])
{
    uint32_t random = 1;
    for (uint32_t i = 0; i < PAIRS; i++) {
        random = random * 1664525 + 1013904223;
        void **piece = &pieces[(random >> 8) % SHBENCH_LIVE];
        const size_t limit = SHBENCH_LARGEST >> (random >> 28) % 8;
        heap_free(*piece);
        TRY(heap_allocate(1 + (random >> 16) % limit, piece));
    }
    return STATUS_OK;
}

static enum status shbench([[maybe_unused]] const struct workbench *bench)
{
    void *pieces[SHBENCH_LIVE] = {};
    const enum status status = replace_pieces(pieces);
    free_pieces(pieces, SHBENCH_LIVE);
    return status;
}

// What the loader does for an import, once for each symbol that a cell exports.
static enum status symbol_lookup(const struct workbench *bench)
{
    const struct cell *cell = bench->cell;
    for (size_t i = 0; i < cell->symbol_count; i++)
        if (cell->symbols[i].exported && !cell_export(cell, cell->symbols[i].name))
            return STATUS_NOT_FOUND;
    return STATUS_OK;
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
    {.name = "slab_alloc_free", .function = slab_alloc_free, .operations = 1, .rounds = MANY},
    {.name = "threadtest_pair", .function = threadtest, .operations = PAIRS, .rounds = 11},
    {.name = "shbench_pair", .function = shbench, .operations = PAIRS, .rounds = 11},
    {.name = "symbol_lookup", .function = symbol_lookup, .operations = 0, .rounds = 11},
    {.name = "relocation", .function = relocation, .operations = 4, .rounds = MANY},
    {.name = "boot_to_prompt", .ticks = clock_ticks_to_prompt, .operations = 1, .rounds = 1},
    {.name = "boot_without_reading", .ticks = ticks_without_reading, .operations = 1, .rounds = 1},
};

const struct benchmark *benchmark_at(size_t number)
{
    return number < sizeof benchmarks / sizeof *benchmarks ? &benchmarks[number] : nullptr;
}

enum status workbench_prepare(struct workbench *bench, const struct mapped_pages *page)
{
    const struct cell *cell = cell_find(text_of("cell_metadata"));
    if (!cell)
        return STATUS_NOT_FOUND;
    bench->page = page;
    bench->cell = cell;
    bench->exports = 0;
    for (size_t i = 0; i < cell->symbol_count; i++)
        bench->exports += cell->symbols[i].exported;
    return STATUS_OK;
}
