// SPDX-License-Identifier: MIT
// backing: the heap's state, and from addresses to slabs to mappings, in each design (design.h).
//
// Part of slab.h, which says what a slab is.
//
// Live swap:  the state is adopted where it lies; what it points to is its own, or a CPU's.
// Fault:      see heap.h. The table is there once the mask, which is stored last, is not zero.
#pragma once

STATE struct slab nobody = {.owner = OWNER_NOBODY};

STATE struct heap_state {
    struct spin_lock lock; // innermost but for those of mappings
    struct mapped_pages_mut table GUARDED_BY(&lock);
    BORROWS void *records; // the table's contents; before the start, a record that is nobody's
    uint64_t mask;         // of an offset in the table
    struct cpu_heap *heaps GUARDED_BY(&lock);
    uint32_t cpus GUARDED_BY(&lock);
    struct spin_lock relief_lock;
    struct heap_relief reliefs[HEAP_RELIEFS] GUARDED_BY(&relief_lock);
} state = {.records = &nobody};

/// Panics, with the piece's address in RAX.
UNSAFE(INNOCUOUS, "the instruction that panics")
[[gnu::always_inline]] static inline void heap_check(bool holds, const void *piece)
{
    if (!holds)
        PANIC_ABOUT(PANIC_HEAP, piece);
}

#if HEAP_DESIGN == HEAP_RAW
enum : uint64_t { RECORD_SIZE = 0 };
#elif HEAP_DESIGN == HEAP_HALF_OWNED
enum : uint64_t { RECORD_SIZE = 32 };
struct owner_record {
    alignas(RECORD_SIZE) struct mapped_pages_mut mapping;
};
#else
enum : uint64_t { RECORD_SIZE = 64 };
static_assert(sizeof(struct slab) == RECORD_SIZE);
#endif

// Where the record of a mapping is, whoever owns the mapping.
struct slab_place {
    BORROWS struct slab *slab;
};

#if HEAP_DESIGN == HEAP_OWNED
static inline struct slab *slab_of(void *start)
{
    return (void *)((char *)state.records +
                    ((uintptr_t)start / (SLAB_SIZE / RECORD_SIZE) & state.mask));
}

static inline char *slab_base(struct slab *slab)
{
    return mapped_object_mut(&slab->backing.mapping, 0, SLAB_SIZE, 1);
}

static inline void *large_start(struct slab *slab)
{
    return mapped_bytes_mut(&slab->backing.mapping).pointer;
}

// Finds the record of a new mapping. False: there is none, or it is in use.
static bool slab_find_place(const struct mapped_pages_mut *mapping, struct slab_place *place)
{
    struct slab *slab = slab_of(mapped_bytes_mut(mapping).pointer);
    place->slab = slab;
    return slab != state.records && slab->backing.mapping.size == 0;
}

static void slab_give(struct slab *slab, TAKES(struct mapped_pages_mut) mapping)
{
    MOVE_TO(&slab->backing.mapping, mapping);
}

static void slab_take(struct slab *slab, FILLS(struct mapped_pages_mut) mapping)
{
    MOVE_TO(mapping, &slab->backing.mapping);
}
#else
static inline struct slab *slab_of(void *start)
{
    return (void *)((char *)start - (uintptr_t)start % SLAB_SIZE);
}

static inline char *slab_base(struct slab *slab)
{
    return (char *)slab;
}

static inline void *large_start(struct slab *slab)
{
    return slab_base(slab) + LARGE_HEADER;
}
#endif

#if HEAP_DESIGN == HEAP_RAW
static bool slab_find_place(const struct mapped_pages_mut *mapping, struct slab_place *place)
{
    place->slab = MAPPED_MUT(struct slab, mapping, 0);
    return true;
}

static void slab_give(struct slab *slab, TAKES(struct mapped_pages_mut) mapping)
{
    slab->backing.size = mapping->size;
    (void)mapped_pages_mut_leave(mapping);
}

static void slab_take(struct slab *slab, FILLS(struct mapped_pages_mut) mapping)
{
    mapped_pages_mut_adopt(MAPPING_HEAP, (uintptr_t)slab, slab->backing.size, mapping);
}
#elif HEAP_DESIGN == HEAP_HALF_OWNED
static bool slab_find_place(const struct mapped_pages_mut *mapping, struct slab_place *place)
{
    struct slab *first = MAPPED_MUT(struct slab, mapping, 0);
    const uint64_t offset = (uintptr_t)first / (SLAB_SIZE / RECORD_SIZE) & state.mask;
    struct owner_record *record = (void *)((char *)state.records + offset);
    first->backing.mapping = &record->mapping;
    place->slab = first;
    return state.mask != 0 && record->mapping.size == 0;
}

static void slab_give(struct slab *slab, TAKES(struct mapped_pages_mut) mapping)
{
    MOVE_TO(slab->backing.mapping, mapping);
}

static void slab_take(struct slab *slab, FILLS(struct mapped_pages_mut) mapping)
{
    MOVE_TO(mapping, slab->backing.mapping);
}
#endif
