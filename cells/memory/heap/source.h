// SPDX-License-Identifier: MIT
// The heap's functions: the source of heap_raw, heap_half_owned and heap_owned, each of which
// defines HEAP_DESIGN (design.h) and includes this.
//
// The hot paths, a piece from the current slab and a piece back to a slab of this CPU, are a
// restartable range each, without lock and with preemption on. All else is a call that does not
// come back: so these two functions need no stack frame.
//
// Live swap, fault: see heap.h.
#pragma once
#include <memory/heap.h>

#include "checked.h"
#include "large.h"

BINDING_OWNERSHIP(heap_relief);

// Asks the caches for memory. False: they have none.
static bool relieve(void)
{
    HOLD(&state.relief_lock);
    bool relieved = false;
    for (size_t i = 0; i < HEAP_RELIEFS; i++)
        if (state.reliefs[i].binding.target)
            relieved |= CALL(&state.reliefs[i]);
    return relieved;
}

enum status heap_relief_add(TAKES(struct heap_relief) relief)
{
    HOLD(&state.relief_lock);
    for (size_t i = 0; i < HEAP_RELIEFS; i++) {
        if (state.reliefs[i].binding.target)
            continue;
        MOVE_TO(&state.reliefs[i], relief);
        return STATUS_OK;
    }
    return STATUS_EXHAUSTED;
}

void heap_relief_remove(bool (*target)(void))
{
    HOLD(&state.relief_lock);
    for (size_t i = 0; i < HEAP_RELIEFS; i++)
        if (BOUND(&state.reliefs[i]) == target)
            heap_relief_drop(&state.reliefs[i]);
}

// The slow paths keep to one CPU. A recovery from a fault within them starts with preemption on.

static enum status start_here(void)
{
    struct cpu_heap *heap = PER_CPU_POINTER(&local);
    return heap->units == 0 ? start_heap(heap) : STATUS_OK;
}

static enum status provide_here(size_t size, FILLS(struct heap_piece) piece)
{
    TRY(start_here());
    if (size > LARGEST_SMALL)
        return large_allocate(size, piece);
    return refill(PER_CPU_POINTER(&local), class_of[(size - 1) / UNIT]);
}

static enum status provide_once(size_t size, FILLS(struct heap_piece) piece)
{
    preemption_hold();
    const enum status status = provide_here(size, piece);
    preemption_let_go();
    return status;
}

// Fills `piece` if it is to be a large one, else the list of the CPU that this runs on.
static enum status provide(size_t size, FILLS(struct heap_piece) piece)
{
    const enum status status = provide_once(size, piece);
    if (status != STATUS_EXHAUSTED)
        return status;
    (void)relieve();
    heap_trim();
    return provide_once(size, piece);
}

static enum status plain_allocate(size_t size, FILLS(struct heap_piece) piece);

// NOLINTNEXTLINE(misc-no-recursion): there is a piece then
[[gnu::noinline]] static enum status allocate_slowly(size_t size, FILLS(struct heap_piece) piece)
{
    if (size == 0)
        return STATUS_INVALID;
    TRY(provide(size, piece));
    return piece->start ? STATUS_OK : plain_allocate(size, piece);
}

// Apart, so that the hot path needs no stack frame. The result is one that the compiler cannot
// know: else it would come back to return it.
[[gnu::noinline]] static enum status zero_long(const struct heap_piece *piece, size_t size)
{
    __builtin_memset(piece->start, 0, size);
    return piece->start ? STATUS_OK : STATUS_INTERNAL;
}

// Zeroes `size` bytes and what follows to a multiple of 16: but for the smallest, pieces are longer
// by then. Constant sizes are words, without a call.
[[gnu::always_inline]] static inline enum status zero(const struct heap_piece *piece, char *start,
                                                      size_t size)
{
    enum : size_t { WORD = 8, STEP = 16, SHORT = 96 };
    __builtin_memset(start, 0, WORD);
    if (size <= WORD)
        return STATUS_OK;
    __builtin_memset(start + WORD, 0, WORD);
    if (size <= STEP)
        return STATUS_OK;
    if (__builtin_expect(size > SHORT, false))
        return zero_long(piece, size);
    size_t done = STEP;
#pragma clang loop unroll(disable)
    do {
        __builtin_memset(start + done, 0, STEP);
        done += STEP;
    } while (done < size);
    return STATUS_OK;
}

// NOLINTNEXTLINE(misc-no-recursion): there is a piece then
[[gnu::always_inline]] static inline enum status plain_allocate(size_t size,
                                                                FILLS(struct heap_piece) piece)
{
    char *start;
    if (__builtin_expect(!slab_pop((size - 1) / UNIT, piece, &start), false))
        return allocate_slowly(size, piece);
    if (CHECKED)
        piece_check_free(start);
    return zero(piece, start, size);
}

// One attempt on the CPU that this runs on, with preemption off. False: the piece still owns.
static bool drop_here(struct slab *slab, TAKES(struct heap_piece) piece,
                      FILLS(struct mapped_pages_mut) mapping)
{
    struct cpu_heap *heap = PER_CPU_POINTER(&local);
    const uint32_t owner = __atomic_load_n(&slab->owner, __ATOMIC_RELAXED);
    if (owner & OWNER_FULL) {
        slab_attach(slab);
        return false;
    }
    if (owner != heap->number)
        return slab_push(SLAB_ELSEWHERE, piece);
    if (slab == heap->current[slab->class])
        return slab_push(SLAB_HERE, piece);
    return drop_last(heap, slab, piece, mapping);
}

// One attempt. A slab that it empties is unmapped with preemption on.
static bool drop_once(TAKES(struct heap_piece) piece)
{
    OWNED(mapped_pages_mut, mapping);
    preemption_hold();
    const bool dropped = drop_here(slab_of(piece->start), piece, &mapping);
    preemption_let_go();
    return dropped;
}

[[gnu::noinline]] static void drop_slowly(TAKES(struct heap_piece) piece)
{
    if (!piece->start)
        return;
    if (!is_small(piece->start)) {
        large_drop(slab_of(piece->start), piece);
        return;
    }
    while (!drop_once(piece)) {}
}

[[gnu::always_inline]] static inline void plain_drop(TAKES(struct heap_piece) piece)
{
    if (!slab_push(SLAB_UNLESS_LAST, piece))
        drop_slowly(piece);
}

enum status heap_allocate(size_t size, FILLS(struct heap_piece) piece)
{
    if (!CHECKED || size == 0 || size > LARGEST_SMALL)
        return plain_allocate(size, piece);
    if (size > LARGEST_SMALL - sizeof(struct piece_end)) // no room for the end: a large piece
        return plain_allocate(LARGEST_SMALL + 1, piece);
    TRY(plain_allocate(size + sizeof(struct piece_end), piece));
    piece_mark(piece->start, size);
    return STATUS_OK;
}

void heap_piece_drop(TAKES(struct heap_piece) piece)
{
    if (CHECKED && piece->start && is_small(piece->start))
        piece_check(piece->start);
    plain_drop(piece);
}

OWNERSHIP(heap_piece, start);

// Makes empty slabs of this CPU known as such, also if they are current.
static void find_empty(struct cpu_heap *heap)
{
    HOLD(&heap->lock);
    for (unsigned class = 0; class < CLASSES; class ++) {
        slab_leave_current(heap, class);
        for (struct slab *slab = heap->partial[class]; slab; slab = slab->next) {
            (void)slab_gather(slab);
            slab->kept = is_empty(slab);
        }
    }
}

static struct slab *first_kept(const struct cpu_heap *heap) REQUIRES(heap->lock)
{
    for (unsigned class = 0; class < CLASSES; class ++)
        for (struct slab *slab = heap->partial[class]; slab; slab = slab->next)
            if (slab->kept)
                return slab;
    return nullptr;
}

// Gives one empty slab back. False: there is none.
static bool trim_one(struct cpu_heap *heap)
{
    OWNED(mapped_pages_mut, mapping);
    HOLD(&heap->lock);
    struct slab *slab = first_kept(heap);
    if (slab)
        slab_end(heap, slab, &mapping);
    else
        heap->kept = 0;
    return slab;
}

static struct cpu_heap *first_heap(void)
{
    HOLD(&state.lock);
    return state.heaps;
}

void heap_trim(void)
{
    preemption_hold();
    struct cpu_heap *here = PER_CPU_POINTER(&local);
    if (here->units != 0)
        find_empty(here);
    preemption_let_go();
    // Heaps are added before the first and never go.
    for (struct cpu_heap *heap = first_heap(); heap; heap = heap->next)
        while (trim_one(heap)) {}
    trim_records();
}

struct heap_statistics heap_statistics(void)
{
    struct heap_statistics statistics = {.mapped = mapped_pages_bytes(MAPPING_HEAP)};
    for (const struct cpu_heap *heap = first_heap(); heap; heap = heap->next) {
        statistics.empty_slabs += __atomic_load_n(&heap->kept, __ATOMIC_RELAXED);
        statistics.cpus++;
    }
    return statistics;
}
