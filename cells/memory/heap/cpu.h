// SPDX-License-Identifier: MIT
// cpu: what a CPU's heap does when the current slab of a class does not serve: the slow paths.
//
// A slab is at one of four places, and its owner word says which: it is current; in the list of
// those with free pieces; full (OWNER_FULL), and then in no list; or nobody's. All but the moves of
// slab.h happens under the lock of the slab's heap. A piece that comes back to a full slab brings
// it into the list, whichever CPU dropped it. So nobody searches for slabs in which there is room
// again.
//
// The list's truth is the chain of `next`, each change of which is one store; `previous` follows.
// A slab_change is noted while a slab is between two places; a fault's recovery drops it, and that
// drop puts the slab where its owner word says.
//
// Live swap, fault: see heap.h.
#pragma once
#include "slab.h"

enum : uint32_t { KEPT_SLABS = 8 }; // empty ones a CPU keeps: half a mebibyte

struct AFFINE slab_change {
    LIVE_POINTER(struct slab) slab;
    struct cpu_heap *heap;
    BORROWS const struct mapped_pages_mut *mapping; // if this owns, the slab has no memory
};

static void slab_change_drop(TAKES(struct slab_change) change);
OWNS(slab_change, slab);

static void slab_change_end(TAKES(struct slab_change) change)
{
    change->slab = nullptr;
}

static void list_add(struct cpu_heap *heap, struct slab *slab) REQUIRES(heap->lock)
{
    struct slab *first = heap->partial[slab->class];
    slab->next = first;
    slab->previous = nullptr;
    if (first)
        first->previous = slab;
    heap->partial[slab->class] = slab;
}

static void list_remove(struct cpu_heap *heap, struct slab *slab) REQUIRES(heap->lock)
{
    if (slab->previous)
        slab->previous->next = slab->next;
    else
        heap->partial[slab->class] = slab->next;
    if (slab->next)
        slab->next->previous = slab->previous;
}

static bool is_full(const struct slab *slab)
{
    return __atomic_load_n(&slab->owner, __ATOMIC_RELAXED) & OWNER_FULL;
}

static void set_owner(struct slab *slab, uint32_t owner)
{
    __atomic_store_n(&slab->owner, owner, __ATOMIC_SEQ_CST);
}

static bool is_empty(const struct slab *slab)
{
    return LIST_USED(__atomic_load_n(&slab->head, __ATOMIC_RELAXED)) == 0;
}

// Finds out by the chain of `next` whether the slab is in the list, which is put right by the way.
static bool list_repair(struct cpu_heap *heap, const struct slab *slab) REQUIRES(heap->lock)
{
    bool found = false;
    struct slab *previous = nullptr;
    for (struct slab *at = heap->partial[slab->class]; at; at = at->next) {
        at->previous = previous;
        found |= at == slab;
        previous = at;
    }
    return found;
}

// Takes back both marks of a full slab.
static void slab_open(struct cpu_heap *heap, struct slab *slab)
{
    uint32_t full = REMOTE_FULL;
    set_owner(slab, heap->number);
    (void)__atomic_compare_exchange_n(&slab->remote, &full, 0, false, __ATOMIC_ACQ_REL,
                                      __ATOMIC_RELAXED);
}

// Runs after a fault only, under the lock that the dead code held.
static void slab_change_settle(struct slab_change *change) LOCK_IMPLEMENTATION
{
    struct slab *slab = change->slab;
    struct cpu_heap *heap = change->heap;
    if (change->mapping && change->mapping->size != 0)
        return;
    const bool listed = list_repair(heap, slab);
    const bool current = heap->current[slab->class] == slab;
    if (current || !is_full(slab))
        slab_open(heap, slab);
    const bool belongs = !current && !is_full(slab);
    if (listed && !belongs)
        list_remove(heap, slab);
    else if (!listed && belongs)
        list_add(heap, slab);
}

static void slab_change_drop(TAKES(struct slab_change) change)
{
    if (!change->slab)
        return;
    slab_change_settle(change);
    change->slab = nullptr;
}

OWNERSHIP(slab_change, slab);

#ifndef LEAST_RECORDS
#define LEAST_RECORDS 4096
#endif

#if HEAP_DESIGN != HEAP_RAW
// The table has a record for each 64 KiB of twice the machine's memory: pieces and their guard
// pages take addresses from the bottom of the heap's area.
static enum status start_records(void) REQUIRES(state.lock)
{
    enum : uint64_t { LEAST = LEAST_RECORDS, MOST = 1 << 17 };
    const uint64_t wanted = frame_statistics().total / (SLAB_SIZE / 2);
    uint64_t count = LEAST;
    while (count < wanted && count < MOST)
        count *= 2;
    if (state.mask != 0)
        return STATUS_OK;
    if (state.table.size == 0)
        TRY(mapped_pages_allocate(MAPPING_HEAP, count * RECORD_SIZE, &state.table));
    count = state.table.size / RECORD_SIZE;
#if HEAP_DESIGN == HEAP_OWNED
    MAPPED_MUT(struct slab, &state.table, 0)->owner = OWNER_NOBODY;
#endif
    state.records = mapped_bytes_mut(&state.table).pointer;
    state.mask = (count - 1) * RECORD_SIZE;
    return STATUS_OK;
}
#else
static enum status start_records(void) REQUIRES(state.lock)
{
    return STATUS_OK;
}
#endif

#if HEAP_DESIGN == HEAP_HALF_OWNED
static bool records_in_use(void) REQUIRES(state.lock)
{
    for (uint64_t at = 0; at < state.table.size; at += RECORD_SIZE)
        if (MAPPED_MUT(struct owner_record, &state.table, at)->mapping.size != 0)
            return true;
    return false;
}

// Gives the table back if no record is in use; whoever needs one makes the next table. The owned
// heap keeps its own: other CPUs look at it without a lock when they drop an empty slot.
static void trim_records(void)
{
    OWNED(mapped_pages_mut, table);
    HOLD(&state.lock);
    if (records_in_use())
        return;
    state.mask = 0;
    MOVE_TO(&table, &state.table);
}
#else
static void trim_records(void)
{
}
#endif

static enum status records_ready(void)
{
    HOLD(&state.lock);
    return start_records();
}

static bool has_record(const struct mapped_pages_mut *mapping)
{
    HOLD(&state.lock);
    struct slab_place place;
    return slab_find_place(mapping, &place);
}

// Takes the memory of a slab or of a large piece, which is none from here on.
static void slab_unmake(struct slab *slab, FILLS(struct mapped_pages_mut) mapping)
{
    HOLD(&state.lock);
    set_owner(slab, OWNER_NOBODY);
    slab_take(slab, mapping);
}

enum { TRIES = 4096 }; // at addresses without a free record

// Memory for a slab or a large piece, and its record, which is free. A table that is smaller than
// the address space gives some addresses the same record: then the next ones are tried. Addresses
// are given out in a circle; what was tried is kept until the next is there, so that it differs.
static enum status take_memory(uint64_t size, FILLS(struct mapped_pages_mut) mapping)
{
    OWNED(mapped_pages_mut, before);
    for (unsigned tries = 0; tries < TRIES; tries++) {
        OWNED(mapped_pages_mut, tried);
        TRY(records_ready());
        TRY(mapped_pages_allocate_aligned(MAPPING_HEAP, size, SLAB_SIZE, &tried));
        mapped_pages_mut_drop(&before);
        if (has_record(&tried)) {
            MOVE_TO(mapping, &tried);
            return STATUS_OK;
        }
        MOVE_TO(&before, &tried);
    }
    return STATUS_EXHAUSTED;
}

// Makes a slab of the mapping, and notes that it has no place yet. False: there is no record for
// it.
static bool slab_make(TAKES(struct mapped_pages_mut) mapping, struct cpu_heap *heap, unsigned class,
                      FILLS(struct slab_change) change, struct slab_place *place)
{
    HOLD(&state.lock);
    if (start_records() != STATUS_OK || !slab_find_place(mapping, place))
        return false;
    struct slab *slab = place->slab;
    slab->lists = (uint32_t)-LIST_ONE;
    slab->size = class_size[class];
    slab->class = (uint8_t)class;
    slab->kept = false;
    slab->heap = heap;
    set_owner(slab, heap->number);
    FILL(change, .slab = slab, .heap = heap, .mapping = mapping);
    slab_give(slab, mapping);
    return true;
}

// A new current slab.
static enum status slab_new(struct cpu_heap *heap, unsigned class) REQUIRES(heap->lock)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(slab_change, change);
    TRY(take_memory(SLAB_SIZE, &mapping));
    struct slab_place place;
    if (!slab_make(&mapping, heap, class, &change, &place))
        return STATUS_EXHAUSTED;
    (void)slab_carve(place.slab);
    heap->current[class] = place.slab;
    slab_change_end(&change);
    return STATUS_OK;
}

// Takes the memory of an empty slab that is in the list.
static void slab_end(struct cpu_heap *heap, struct slab *slab,
                     FILLS(struct mapped_pages_mut) mapping) REQUIRES(heap->lock)
{
    OWNED(slab_change, change);
    FILL(&change, .slab = slab, .heap = heap, .mapping = mapping);
    list_remove(heap, slab);
    heap->kept -= slab->kept;
    slab->kept = false;
    slab_unmake(slab, mapping);
    slab_change_end(&change);
}

// Whether there is a free piece to be had in the slab, which is this CPU's.
static bool slab_ready(struct slab *slab)
{
    return slab->size != 0 && (slab_gather(slab) || slab_carve(slab));
}

// Marks a current slab full, in its owner word for this CPU and in its list for the others. False:
// something came back just now.
static bool slab_retire(struct cpu_heap *heap, struct slab *slab)
{
    if (slab->size == 0)
        return true;
    set_owner(slab, heap->number | OWNER_FULL);
    uint32_t remote = 0;
    if (__atomic_compare_exchange_n(&slab->remote, &remote, REMOTE_FULL, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_RELAXED) ||
        remote == REMOTE_FULL)
        return true;
    set_owner(slab, heap->number);
    return false;
}

// Makes the first slab of the list the current one.
static void slab_take_next(struct cpu_heap *heap, unsigned class) REQUIRES(heap->lock)
{
    OWNED(slab_change, change);
    struct slab *slab = heap->partial[class];
    FILL(&change, .slab = slab, .heap = heap);
    list_remove(heap, slab);
    heap->kept -= slab->kept;
    slab->kept = false;
    heap->current[class] = slab;
    slab_change_end(&change);
}

// Makes a current slab in which no piece is in use one of the list.
static void slab_leave_current(struct cpu_heap *heap, unsigned class) REQUIRES(heap->lock)
{
    OWNED(slab_change, change);
    struct slab *slab = heap->current[class];
    if (slab->size == 0 || !slab_gather(slab) || !is_empty(slab))
        return;
    FILL(&change, .slab = slab, .heap = heap);
    heap->current[class] = &heap->nothing;
    list_add(heap, slab);
    slab_change_end(&change);
}

// Sees to it that the current slab of `class` has a free piece. On the heap's CPU, preemption off.
static enum status refill(struct cpu_heap *heap, unsigned class)
{
    HOLD(&heap->lock);
    while (!slab_ready(heap->current[class])) {
        if (!slab_retire(heap, heap->current[class]))
            continue;
        if (!heap->partial[class])
            return slab_new(heap, class);
        slab_take_next(heap, class);
    }
    return STATUS_OK;
}

// A piece of a full slab is dropped: there is room in it again.
static void slab_attach(struct slab *slab)
{
    struct cpu_heap *heap = slab->heap;
    HOLD(&heap->lock);
    OWNED(slab_change, change);
    if (!is_full(slab))
        return;
    FILL(&change, .slab = slab, .heap = heap);
    if (heap->current[slab->class] != slab)
        list_add(heap, slab);
    slab_open(heap, slab);
    slab_change_end(&change);
}

// The last piece of a slab comes back, on the CPU of its heap, with preemption off: the slab is
// kept, or `mapping` gets its memory. False: the slab is full or another CPU's, and the piece still
// owns.
static bool drop_last(struct cpu_heap *heap, struct slab *slab, TAKES(struct heap_piece) piece,
                      FILLS(struct mapped_pages_mut) mapping)
{
    HOLD(&heap->lock);
    if (!slab_push(SLAB_HERE, piece))
        return false;
    if (!is_empty(slab) || slab == heap->current[slab->class] || slab->kept)
        return true;
    if (heap->kept >= KEPT_SLABS) {
        slab_end(heap, slab, mapping);
        return true;
    }
    slab->kept = true;
    heap->kept++;
    return true;
}

static bool is_known(const struct cpu_heap *heap) REQUIRES(state.lock)
{
    const struct cpu_heap *at = state.heaps;
    while (at && at != heap)
        at = at->next;
    return at;
}

// Starts this CPU's heap. Each step can be done again.
static enum status start_heap(struct cpu_heap *heap)
{
    HOLD(&state.lock);
    TRY(start_records());
    for (unsigned class = 0; class < CLASSES; class ++)
        if (!heap->current[class])
            heap->current[class] = &heap->nothing;
    heap->nothing.owner = OWNER_NOBODY;
    if (heap->number == 0)
        heap->number = state.cpus + 1;
    if (state.cpus < heap->number)
        state.cpus = heap->number;
    if (!is_known(heap)) {
        heap->next = state.heaps;
        state.heaps = heap;
    }
    heap->units = UNITS;
    return STATUS_OK;
}
