// SPDX-License-Identifier: MIT
// Cells as owners: when the last owner is dropped, or dies, the cell is out of the registry, its
// memory and its tables are given back and what it needed is dropped; STOP has run once at most. A
// pinned cell owns itself: it can be found and unpinned, whatever happened.
//
// The registry is the cell's own. Mappings are numbers, and the heap has room for whole records.
#include "scenarios.h"
#include "world.h"

// NOLINTBEGIN(bugprone-suspicious-include): what is swept must be in reach
#define CELL_NAME "cell_metadata"
#include "cells/cell/cell_metadata/cell_metadata.c"
#include "cells/cell/cell_metadata/registry.c"
#include "cells/cell/cell_metadata/symbols.c"
// NOLINTEND(bugprone-suspicious-include)

#include <libc/string.h>
#include <memory/heap.h>

#define RUN(call)                                                                                  \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            return;                                                                                \
    } while (0)

enum : size_t { PIECE = 1024, PIECES = 16, MAPPINGS = 8, CELLS = 4 };
enum : uint64_t { PAGE = 4096 };

static struct parts {
    bool piece_used[PIECES];
    alignas(16) unsigned char pieces[PIECES][PIECE];
    bool mapped[MAPPINGS]; // from address PAGE on, a page each
    unsigned stopped[CELLS];
} parts;

const struct world_part world_parts[] = {
    {&all_cells, sizeof all_cells},
    {&parts, sizeof parts},
    {},
};

PRIMITIVE enum status heap_allocate(size_t size, FILLS(struct heap_piece) piece)
{
    for (size_t i = 0; i < PIECES && size <= PIECE; i++) {
        if (parts.piece_used[i])
            continue;
        parts.piece_used[i] = true;
        memset(parts.pieces[i], 0, PIECE);
        FILL(piece, .start = parts.pieces[i]);
        return STATUS_OK;
    }
    return STATUS_EXHAUSTED;
}

PRIMITIVE void heap_piece_drop(TAKES(struct heap_piece) piece)
{
    TAKE(taken, piece);
    for (size_t i = 0; i < PIECES; i++) {
        if (taken.start != parts.pieces[i])
            continue;
        world.torn += !parts.piece_used[i];
        parts.piece_used[i] = false;
        memset(parts.pieces[i], 0xA5, PIECE); // who still reads it reads junk
        return;
    }
    world.torn++;
}

OWNERSHIP(heap_piece, start);

static void unmap(uint64_t address)
{
    const size_t i = address / PAGE - 1;
    world.torn += i >= MAPPINGS || !parts.mapped[i];
    if (i < MAPPINGS)
        parts.mapped[i] = false;
}

// NOLINTBEGIN(bugprone-macro-parentheses): it is a parameter's name
#define MAPPING(type, slot, field)                                                                 \
    PRIMITIVE void type##_drop(TAKES(struct type) slot)                                            \
    {                                                                                              \
        if (slot->size == 0)                                                                       \
            return;                                                                                \
        TAKE(taken, slot);                                                                         \
        unmap(taken.field);                                                                        \
    }                                                                                              \
    OWNERSHIP(type, size);                                                                         \
    PRIMITIVE static enum status type##_make(FILLS(struct type) mapping)                           \
    {                                                                                              \
        for (size_t i = 0; i < MAPPINGS; i++) {                                                    \
            if (parts.mapped[i])                                                                   \
                continue;                                                                          \
            parts.mapped[i] = true;                                                                \
            FILL(mapping, .field = (i + 1) * PAGE, .size = PAGE);                                  \
            return STATUS_OK;                                                                      \
        }                                                                                          \
        return STATUS_EXHAUSTED;                                                                   \
    }                                                                                              \
    static_assert(true)
// NOLINTEND(bugprone-macro-parentheses)

MAPPING(mapped_pages, mapping, address);
MAPPING(mapped_pages_mut, mapping, address);
MAPPING(mapped_pages_exec, mapping, address);
MAPPING(per_cpu_space, space, offset);

void log_write([[maybe_unused]] enum log_level level, [[maybe_unused]] const char *cell,
               [[maybe_unused]] const char *format, ...)
{
}

// STOP of the cell whose number is `address` - 1.
enum status cell_call_hook(uint64_t address)
{
    parts.stopped[address - 1]++;
    return address % 2 ? STATUS_OK : STATUS_BUSY;
}

void world_parts_start(void)
{
    memset(&all_cells, 0, sizeof all_cells);
    memset(&parts, 0, sizeof parts);
}

// A cell that is still there owns itself. What is wrong with it, or null.
static const char *unpin(struct owned_cell *cell) LOCK_IMPLEMENTATION
{
    OWNED(cell_reference, pin);
    if (!cell->begun || cell->facts.number > all_cells.last_number)
        return "what the registry has is no cell";
    if (!cell->pin.shared.block)
        return "a cell without an owner is in the registry";
    MOVE_TO(&pin, &cell->pin);
    return nullptr;
}

const char *world_parts_fault(void) LOCK_IMPLEMENTATION
{
    if (all_cells.lock.holder)
        return "the lock of the registry is held";
    for (size_t i = 0; i < REGISTRY_BUCKETS; i++) {
        while (all_cells.buckets[i]) {
            const char *problem = unpin(all_cells.buckets[i]);
            if (problem)
                return problem;
        }
    }
    for (size_t i = 0; i < PIECES; i++)
        if (parts.piece_used[i])
            return "a piece of the heap is lost";
    for (size_t i = 0; i < MAPPINGS; i++)
        if (parts.mapped[i])
            return "a mapping is lost";
    for (size_t i = 0; i < CELLS; i++)
        if (parts.stopped[i] > 1)
            return "STOP has run twice";
    return nullptr;
}

static void expect(bool right)
{
    world.torn += !right;
}

static const char *const names[CELLS] = {"first", "second", "third", "fourth"};

// A cell of two symbols that needs `needs` others; its STOP is that of `number`.
static enum status make(size_t number, size_t needs, FILLS(struct cell_reference) reference)
{
    const struct cell_capacity capacity = {.needs = needs, .symbols = 2, .exports = 1};
    TRY(cell_create(&capacity, reference));
    struct cell *cell = cell_in_making(reference);
    cell->description.name = text_of(names[number]);
    cell->stop = number + 1;
    cell->symbols.length = 2;
    SLICE_AT(cell->symbols, 0) = (struct cell_symbol){.name = "late", .address = 2};
    SLICE_AT(cell->symbols, 1) =
        (struct cell_symbol){.name = "early", .address = 1, .exported = true};
    return STATUS_OK;
}

static enum status start(size_t number, FILLS(struct cell_reference) reference)
{
    TRY(make(number, 0, reference));
    TRY(cell_enter(reference));
    cell_begin(reference);
    return STATUS_OK;
}

static void makes_a_cell(void)
{
    OWNED(cell_reference, cell);
    OWNED(cell_reference, other);
    RUN(make(0, 1, &cell));
    RUN(cell_reference_share(&cell, &other));
    cell_reference_drop(&cell);
    expect(cell_reference_count(&other) == 1);
}

static void enters_and_finds(void)
{
    OWNED(cell_reference, cell);
    OWNED(cell_reference, found);
    uint64_t cursor = 0;
    RUN(start(0, &cell));
    RUN(cell_find(0, text_of(names[0]), &found));
    expect(cell_of(&found) == cell_of(&cell) && cell_export(cell_of(&found), "early"));
    cell_reference_drop(&found);
    expect(cell_next(&cursor, &found));
    cell_reference_drop(&cell);
    expect(cell_find(0, text_of(names[0]), &cell) == STATUS_OK);
    cell_reference_drop(&cell);
    cell_reference_drop(&found);
    expect(cell_find(0, text_of(names[0]), &cell) == STATUS_NOT_FOUND && parts.stopped[0] == 1);
}

static void is_refused_a_name(void)
{
    OWNED(cell_reference, cell);
    OWNED(cell_reference, other);
    RUN(start(0, &cell));
    RUN(make(1, 0, &other));
    cell_in_making(&other)->description.name = text_of(names[0]);
    expect(cell_enter(&other) == STATUS_EXISTS);
    cell_reference_drop(&cell);
    RUN(cell_enter(&other));
    cell_begin(&other);
}

static void owns_memory(void)
{
    OWNED(cell_reference, cell);
    OWNED(mapped_pages_exec, text);
    OWNED(mapped_pages, rodata);
    OWNED(mapped_pages_mut, data);
    OWNED(per_cpu_space, space);
    OWNED(shared, shared);
    RUN(make(0, 0, &cell));
    RUN(mapped_pages_exec_make(&text));
    RUN(mapped_pages_make(&rodata));
    RUN(mapped_pages_mut_make(&data));
    RUN(per_cpu_space_make(&space));
    cell_own_text(&cell, &text);
    cell_own_rodata(&cell, &rodata);
    cell_own_per_cpu(&cell, &space);
    RUN(cell_own_data(&cell, &data));
    RUN(cell_enter(&cell));
    cell_begin(&cell);
    RUN(cell_data_share(&cell, &shared));
    cell_reference_drop(&cell);
    expect(parts.mapped[2] && !parts.mapped[0]);
}

// The first is needed by the second, which the third needs.
static void needs_others(void)
{
    OWNED(cell_reference, above);
    OWNED(cell_reference, below);
    RUN(start(0, &below));
    for (size_t i = 1; i < 3; i++) {
        RUN(make(i, 1, &above));
        MOVE_TO(&cell_in_making(&above)->needs.pointer[0], &below);
        RUN(cell_enter(&above));
        cell_begin(&above);
        MOVE_TO(&below, &above);
    }
    expect(parts.stopped[0] == 0);
    cell_reference_drop(&below);
    expect(parts.stopped[0] == 1 && parts.stopped[1] == 1 && parts.stopped[2] == 1);
}

static void pins_and_unpins(void)
{
    OWNED(cell_reference, cell);
    RUN(start(0, &cell));
    RUN(cell_pin(&cell));
    RUN(cell_pin(&cell));
    expect(cell_is_pinned(&cell) && cell_reference_count(&cell) == 2);
    cell_reference_drop(&cell);
    RUN(cell_find(0, text_of(names[0]), &cell));
    RUN(cell_unpin(&cell));
    expect(cell_unpin(&cell) == STATUS_NOT_FOUND);
    RUN(cell_pin(&cell));
}

const struct scenario scenarios[] = {
    {"makes a cell", makes_a_cell},
    {"enters and finds", enters_and_finds},
    {"is refused a name", is_refused_a_name},
    {"owns memory", owns_memory},
    {"needs others", needs_others},
    {"pins and unpins", pins_and_unpins},
    {},
};

// Wrong: the cell is in the registry before it can be found by its weak reference.
static void entered_without_an_owner(void)
{
    OWNED(cell_reference, cell);
    RUN(make(0, 0, &cell));
    struct owned_cell *record = owned_cell_of(&cell);
    record->begun = 0; // so that its drop does nothing
    all_cells.buckets[0] = record;
    COMPILER_BARRIER();
    all_cells.buckets[0] = nullptr;
    record->begun = 1;
}

// Wrong: the memory is the cell's before the slot is empty.
static void owned_twice(void)
{
    OWNED(cell_reference, cell);
    OWNED(mapped_pages, rodata);
    RUN(make(0, 0, &cell));
    RUN(mapped_pages_make(&rodata));
    struct mapped_pages *own = &owned_cell_of(&cell)->rodata;
    own->address = rodata.address;
    own->size = rodata.size;
    COMPILER_BARRIER();
    rodata.size = 0;
}

const struct scenario broken_scenarios[] = {
    {"entered without an owner", entered_without_an_owner},
    {"owned twice", owned_twice},
    {},
};
