// SPDX-License-Identifier: MIT
// The heaps: when all pieces are dropped, no slab has one in use, and each slab is current or in
// its list. HEAP_SOURCE is the cell that is swept.
//
// The cell's source is included, for a sweep must reach its state. There is one CPU, so that what
// it owns is an ordinary object; another CPU is played by changing its number.
#include "scenarios.h"
#include "world.h"

#include <cell/annotations.h>

#undef PER_CPU
#define PER_CPU static
#define LOCAL "local"
#define LEAST_RECORDS 16

#ifndef HEAP_SOURCE
#define HEAP_SOURCE "cells/memory/heap_owned/heap_owned.c"
#endif

// NOLINTNEXTLINE(bugprone-suspicious-include): that is the point
#include HEAP_SOURCE

#include <string.h>

#define RUN(call)                                                                                  \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            return;                                                                                \
    } while (0)

// The mappings: the first block has the records, for no slab may begin at a multiple of 16 blocks.
enum : uint64_t { BLOCKS_OF_MEMORY = 5, BLOCK = 65536 };

static struct {
    alignas(16 * BLOCK) unsigned char blocks[BLOCKS_OF_MEMORY][BLOCK];
} memory;

static struct {
    bool used[BLOCKS_OF_MEMORY];
} arena;

PRIMITIVE static enum status take_block(size_t first, uint64_t size,
                                        FILLS(struct mapped_pages_mut) mapping)
{
    for (size_t i = first; i < BLOCKS_OF_MEMORY && size <= BLOCK; i++) {
        if (arena.used[i])
            continue;
        arena.used[i] = true;
        memset(memory.blocks[i], 0, BLOCK);
        FILL(mapping, .address = (uintptr_t)memory.blocks[i], .size = size,
             .purpose = MAPPING_HEAP);
        return STATUS_OK;
    }
    return STATUS_EXHAUSTED;
}

enum status mapped_pages_allocate([[maybe_unused]] enum mapping_purpose purpose, uint64_t size,
                                  FILLS(struct mapped_pages_mut) mapping)
{
    return take_block(0, size, mapping);
}

enum status mapped_pages_allocate_aligned([[maybe_unused]] enum mapping_purpose purpose,
                                          uint64_t size, [[maybe_unused]] uint64_t alignment,
                                          FILLS(struct mapped_pages_mut) mapping)
{
    return take_block(1, size, mapping);
}

PRIMITIVE void mapped_pages_mut_drop(TAKES(struct mapped_pages_mut) mapping)
{
    if (mapping->size == 0)
        return;
    TAKE(taken, mapping);
    const size_t block = (taken.address - (uintptr_t)&memory) / BLOCK;
    world.torn += !arena.used[block];
    arena.used[block] = false;
}

OWNERSHIP(mapped_pages_mut, size);

struct bytes mapped_bytes_mut(const struct mapped_pages_mut *mapping)
{
    return (struct bytes){(void *)mapping->address, mapping->size};
}

void *mapped_object_mut(const struct mapped_pages_mut *mapping, uint64_t offset,
                        [[maybe_unused]] uint64_t size, [[maybe_unused]] uint64_t alignment)
{
    return (void *)(mapping->address + offset);
}

#if HEAP_DESIGN == HEAP_RAW
void mapped_pages_mut_adopt(enum mapping_purpose purpose, uint64_t address, uint64_t size,
                            FILLS(struct mapped_pages_mut) mapping)
{
    FILL(mapping, .address = address, .size = size, .purpose = purpose);
}

void *mapped_pages_mut_leave(TAKES(struct mapped_pages_mut) mapping)
{
    void *start = (void *)mapping->address;
    mapping->size = 0;
    return start;
}
#else
struct frame_statistics frame_statistics(void)
{
    return (struct frame_statistics){};
}
#endif

uint64_t mapped_pages_bytes([[maybe_unused]] enum mapping_purpose purpose)
{
    return 0;
}

// Of a block, the sweep need not put back all: small pieces lie in the first three pages, and of
// the largest ones the link counts.
enum : size_t { SMALL_PIECES = 12288, LARGEST = 9344, LINK = 16 };
#define PIECE_LINK(block, piece) {&memory.blocks[block][SLAB_HEADER + (piece) * LARGEST], LINK}
#define BLOCK_PARTS(block)                                                                         \
    {memory.blocks[block], SMALL_PIECES}, PIECE_LINK(block, 2), PIECE_LINK(block, 3),              \
        PIECE_LINK(block, 4), PIECE_LINK(block, 5), PIECE_LINK(block, 6)

const struct world_part world_parts[] = {
    {&state, sizeof state},
    {&local, sizeof local},
    {&nobody, sizeof nobody},
    {&arena, sizeof arena},
    {memory.blocks[0], LEAST_RECORDS *RECORD_SIZE},
    BLOCK_PARTS(1),
    BLOCK_PARTS(2),
    BLOCK_PARTS(3),
    BLOCK_PARTS(4),
    {},
};

static struct heap_state state_at_first;

void world_parts_start(void)
{
    if (!state_at_first.records)
        memcpy(&state_at_first, &state, sizeof state);
    memcpy(&state, &state_at_first, sizeof state);
    memset(&local, 0, sizeof local);
    memset(&arena, 0, sizeof arena);
    memset(memory.blocks, 0, sizeof memory.blocks);
    (void)start_heap(&local);
}

// Pieces of the slab that have an owner.
static uint32_t held_pieces(struct slab *slab)
{
    char *base = slab_base(slab);
    uint32_t held = LIST_USED(slab->head);
    for (uint32_t at = LIST_OFFSET(slab->remote); at != 0; at = LIST_OFFSET(*slab_link(base, at)))
        held--;
    return held;
}

// How often the slab is in the list of its class; -1: the list is broken.
static int times_listed(const struct slab *slab) LOCK_IMPLEMENTATION
{
    int times = 0;
    struct slab *previous = nullptr;
    for (struct slab *at = local.partial[slab->class]; at; at = at->next) {
        if (at->previous != previous)
            return -1;
        times += at == slab;
        previous = at;
    }
    return times;
}

#if HEAP_DESIGN == HEAP_OWNED
static struct slab *slab_in(size_t block)
{
    return slab_of(memory.blocks[block]);
}

static bool has_owner(size_t block)
{
    return slab_in(block)->backing.mapping.size != 0;
}
#else
static struct slab *slab_in(size_t block)
{
    return (void *)memory.blocks[block];
}
#endif

#if HEAP_DESIGN == HEAP_HALF_OWNED
static bool has_owner(size_t block)
{
    const uint64_t address = (uintptr_t)memory.blocks[block];
    const uint64_t offset = address / (SLAB_SIZE / RECORD_SIZE) & state.mask;
    return ((const struct owner_record *)((char *)state.records + offset))->mapping.size != 0;
}
#elif HEAP_DESIGN == HEAP_RAW
// Nobody owns the mapping: that the record is somebody's says so. What goes takes its record along.
static bool has_owner(size_t block)
{
    const uint32_t owner = slab_in(block)->owner;
    return arena.used[block] && owner != 0 && !(owner & OWNER_NOBODY);
}
#endif

static const char *slab_fault(struct slab *slab)
{
    const bool current = local.current[slab->class] == slab;
    if (slab->owner == OWNER_LARGE)
        return "a large piece is lost";
    if (held_pieces(slab) != 0)
        return "a piece is lost";
    return times_listed(slab) == !current ? nullptr : "a slab is not where it belongs";
}

const char *world_parts_fault(void) LOCK_IMPLEMENTATION
{
    if (state.lock.holder || local.lock.holder)
        return "a lock is held";
    if (arena.used[0] != (state.table.size != 0))
        return "the records are lost";
    for (size_t i = 1; i < BLOCKS_OF_MEMORY; i++) {
        struct slab *slab = slab_in(i);
        if (arena.used[i] != has_owner(i))
            return "memory without an owner";
        if (!arena.used[i] && (local.current[slab->class] == slab || times_listed(slab) != 0))
            return "a slab without memory";
        const char *fault = arena.used[i] ? slab_fault(slab) : nullptr;
        if (fault)
            return fault;
    }
    return nullptr;
}

static void pieces_of_a_slab(void)
{
    OWNED(heap_piece, first);
    OWNED(heap_piece, second);
    OWNED(heap_piece, third);
    RUN(heap_allocate(100, &first));
    RUN(heap_allocate(100, &second));
    heap_piece_drop(&first);
    RUN(heap_allocate(100, &first));
    MOVE_TO(&third, &first);
}

// A slab has seven pieces of this size.
static void a_full_slab_and_another(void)
{
    OWNED(heap_piece, a);
    OWNED(heap_piece, b);
    OWNED(heap_piece, c);
    OWNED(heap_piece, d);
    OWNED(heap_piece, e);
    OWNED(heap_piece, f);
    OWNED(heap_piece, g);
    OWNED(heap_piece, h);
    struct heap_piece *const pieces[] = {&a, &b, &c, &d, &e, &f, &g, &h};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        RUN(heap_allocate(8192, pieces[i]));
    heap_piece_drop(&b);
    heap_piece_drop(&c);
    RUN(heap_allocate(8192, &b));
    local.kept = KEPT_SLABS; // what becomes empty is given back
}

static void a_large_piece(void)
{
    OWNED(heap_piece, piece);
    OWNED(heap_piece, second);
    RUN(heap_allocate(20000, &piece));
    RUN(heap_allocate(9000, &second));
    heap_piece_drop(&piece);
}

// Sets a current slab aside, as if it had no room.
static void make_full(struct slab *slab)
{
    HOLD(&local.lock);
    OWNED(slab_change, change);
    FILL(&change, .slab = slab, .heap = &local);
    (void)slab_gather(slab);
    (void)slab_retire(&local, slab);
    local.current[slab->class] = &local.nothing;
    slab_change_end(&change);
}

// Another CPU drops the piece of a slab that has room, then of one that is full.
static void drops_elsewhere(void)
{
    OWNED(heap_piece, a);
    OWNED(heap_piece, b);
    OWNED(heap_piece, c);
    RUN(heap_allocate(8192, &a));
    RUN(heap_allocate(8192, &b));
    RUN(heap_allocate(8192, &c));
    struct slab *slab = slab_of(a.start);
    local.number = 2;
    heap_piece_drop(&b);
    local.number = 1;
    make_full(slab);
    local.number = 2;
    heap_piece_drop(&c);
    local.number = 1;
    RUN(heap_allocate(8192, &c));
}

static void trims(void)
{
    OWNED(heap_piece, small);
    OWNED(heap_piece, big);
    RUN(heap_allocate(64, &small));
    RUN(heap_allocate(4000, &big));
    heap_piece_drop(&big);
    heap_trim();
}

static void trims_all(void)
{
    OWNED(heap_piece, piece);
    RUN(heap_allocate(64, &piece));
    heap_piece_drop(&piece);
    heap_trim();
    RUN(heap_allocate(64, &piece));
    heap_piece_drop(&piece);
    heap_trim();
    RUN(heap_allocate(20000, &piece));
}

const struct scenario scenarios[] = {
    {"pieces of a slab", pieces_of_a_slab},
    {"a full slab and another", a_full_slab_and_another},
    {"a large piece", a_large_piece},
    {"drops elsewhere", drops_elsewhere},
    {"trims", trims},
    {"trims all and begins again", trims_all},
    {},
};

// Wrong: the slab leaves the list before the change is noted.
static void removed_before_the_change(void) LOCK_IMPLEMENTATION
{
    OWNED(heap_piece, piece);
    RUN(heap_allocate(64, &piece));
    heap_piece_drop(&piece);
    struct slab *slab = local.current[class_of[64 / UNIT - 1]];
    HOLD(&local.lock);
    local.current[slab->class] = &local.nothing;
    OWNED(slab_change, change);
    FILL(&change, .slab = slab, .heap = &local);
    list_add(&local, slab);
    slab_change_end(&change);
}

const struct scenario broken_scenarios[] = {
    {"removed before the change", removed_before_the_change},
    {},
};
