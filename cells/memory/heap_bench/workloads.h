// SPDX-License-Identifier: MIT
// The workloads, in terms of the heap that the including file chose.
//
// Live swap, fault: see heap_bench.h.
#pragma once
#include <memory/heap_bench.h>

enum : size_t {
    HOT_SIZE = 8,
    THREADTEST_PIECES = 100000,
    SHBENCH_SLOTS = 1000,
    SHBENCH_TOP = 1000,
    SHBENCH_SURVIVORS = 5, // one in so many
};

// Slots in a piece of the heap that is owned apart, and before them.
struct AFFINE slots {
    BORROWS struct heap_piece *first;
    LIVE_WORD size_t count;
};

static struct heap_piece *slot_at(const struct slots *slots, size_t index)
{
    return &slots->first[index];
}

static void slots_drop(TAKES(struct slots) slots)
{
    for (size_t i = 0; i < slots->count; i++)
        heap_piece_drop(slot_at(slots, i));
    slots->count = 0;
}

OWNS(slots, count);
OWNERSHIP(slots, count);

static enum status slots_make(size_t count, FILLS(struct heap_piece) memory)
{
    return heap_allocate(count * sizeof(struct heap_piece), memory);
}

enum status heap_bench_hot(uint64_t rounds, uint64_t *pairs)
{
    OWNED(heap_piece, stays);
    OWNED(heap_piece, piece);
    TRY(heap_allocate(HOT_SIZE, &stays));
    for (uint64_t i = 0; i < rounds; i++) {
        TRY(heap_allocate(HOT_SIZE, &piece));
        heap_piece_drop(&piece);
    }
    *pairs = rounds;
    return STATUS_OK;
}

static enum status threadtest_round(const struct slots *slots)
{
    for (size_t i = 0; i < THREADTEST_PIECES; i++)
        TRY(heap_allocate(HOT_SIZE, slot_at(slots, i)));
    for (size_t i = 0; i < THREADTEST_PIECES; i++)
        heap_piece_drop(slot_at(slots, i));
    return STATUS_OK;
}

enum status heap_bench_threadtest(uint64_t rounds, uint64_t *pairs)
{
    OWNED(heap_piece, memory);
    OWNED(slots, slots);
    TRY(slots_make(THREADTEST_PIECES, &memory));
    FILL(&slots, .first = memory.start, .count = THREADTEST_PIECES);
    for (uint64_t i = 0; i < rounds; i++)
        TRY(threadtest_round(&slots));
    *pairs = rounds * THREADTEST_PIECES;
    return STATUS_OK;
}

// How often a size is allocated in a row: small ones more often.
static size_t shbench_repeats(size_t size)
{
    enum : size_t { RARE = 50, OFTEN = 250, SMALL = 100 };
    return size < SMALL ? OFTEN : RARE;
}

struct shbench {
    const struct slots *slots; // SHBENCH_SLOTS
    size_t next;
    uint64_t pairs;
};

// Pieces are put into one slot after the other. After the last, all are dropped but a fifth, which
// are dropped when their slots are wanted.
static enum status shbench_allocate(struct shbench *bench, size_t size)
{
    if (bench->next == SHBENCH_SLOTS) {
        for (size_t i = 0; i < SHBENCH_SLOTS; i++)
            if (i % SHBENCH_SURVIVORS != 0)
                heap_piece_drop(slot_at(bench->slots, i));
        bench->next = 0;
    }
    struct heap_piece *slot = slot_at(bench->slots, bench->next++);
    if (slot->start)
        heap_piece_drop(slot);
    bench->pairs++;
    return heap_allocate(size, slot);
}

static enum status shbench_round(struct shbench *bench)
{
    for (size_t base = 1; base < SHBENCH_TOP; base = base * 3 / 2 + 1)
        for (size_t size = base; size > 0; size /= 2)
            for (size_t i = shbench_repeats(size); i > 0; i--)
                TRY(shbench_allocate(bench, size));
    return STATUS_OK;
}

enum status heap_bench_shbench(uint64_t rounds, uint64_t *pairs)
{
    OWNED(heap_piece, memory);
    OWNED(slots, slots);
    TRY(slots_make(SHBENCH_SLOTS, &memory));
    FILL(&slots, .first = memory.start, .count = SHBENCH_SLOTS);
    struct shbench bench = {.slots = &slots};
    for (uint64_t i = 0; i < rounds; i++)
        TRY(shbench_round(&bench));
    *pairs = bench.pairs;
    return STATUS_OK;
}
