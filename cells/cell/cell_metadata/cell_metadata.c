// SPDX-License-Identifier: MIT
// A list of records in the order of loading; a handful of cells needs no index.
//
// Live swap:  the list is all the state there is.
// Fault:      a record is added by one store.
#include <cell/cell_metadata.h>
#include <libc/string.h>
#include <memory/heap.h>

STATE struct cell_metadata_state {
    struct cell *first;
    struct cell *last;
} state;

UNSAFE(INFECTIOUS, "one piece of the heap holds the record and its two arrays")
enum status cell_record_create(size_t symbols, size_t needs, FILLS(struct cell_record) record)
{
    struct cell *cell;
    void *piece;
    TRY(heap_allocate(sizeof *cell + needs * sizeof *cell->needs + symbols * sizeof *cell->symbols,
                      &piece));
    cell = piece;
    cell->needs = (const struct cell **)(cell + 1);
    cell->symbols = (struct cell_symbol *)(cell->needs + needs);
    FILL(record, .cell = cell);
    return STATUS_OK;
}

PRIMITIVE void cell_record_drop(TAKES(struct cell_record) record)
{
    TAKE(taken, record);
    heap_free(taken.cell);
}

OWNERSHIP(cell_record, cell);

// Insertion from the back: objects list their symbols nearly in order.
static void sort_symbols(struct cell *cell)
{
    for (size_t i = 1; i < cell->symbol_count; i++) {
        const struct cell_symbol symbol = cell->symbols[i];
        size_t place = i;
        while (place > 0 && cell->symbols[place - 1].address > symbol.address) {
            cell->symbols[place] = cell->symbols[place - 1];
            place--;
        }
        cell->symbols[place] = symbol;
    }
}

UNSAFE(INFECTIOUS, "the list owns the record from here on, for good")
const struct cell *cell_add(TAKES(struct cell_record) record)
{
    struct cell *cell = record->cell;
    sort_symbols(cell);
    if (state.last)
        state.last->next = cell;
    else
        state.first = cell;
    state.last = cell;
    record->cell = nullptr; // the list owns it
    return cell;
}

const struct cell *cell_next(const struct cell *cell)
{
    return cell ? cell->next : state.first;
}

const struct cell *cell_find(struct text name)
{
    for (const struct cell *cell = state.first; cell; cell = cell->next)
        if (text_equal(cell->description.name, name))
            return cell;
    return nullptr;
}

const struct cell_symbol *cell_export(const struct cell *cell, const char *name)
{
    for (size_t i = 0; i < cell->symbol_count; i++) {
        const struct cell_symbol *symbol = &cell->symbols[i];
        if (symbol->exported && strcmp(symbol->name, name) == 0)
            return symbol;
    }
    return nullptr;
}

UNSAFE(INNOCUOUS, "the address was found by the linker")
const void *cell_symbol_object(const struct cell_symbol *symbol)
{
    return (const void *)symbol->address;
}

UNSAFE(INNOCUOUS, "a call checks the type of the function")
int (*cell_main(const struct cell *cell))(int argc, char *argv[])
{
    const struct cell_symbol *symbol = cell_export(cell, "main");
    if (!symbol || !symbol->function)
        return nullptr;
    return (int (*)(int, char *[]))symbol->address;
}

bool cell_depends_on(const struct cell *dependent, const struct cell *cell)
{
    for (size_t i = 0; i < dependent->need_count; i++)
        if (dependent->needs[i] == cell)
            return true;
    return false;
}

static const struct cell_region *region_of(const struct cell *cell, uint64_t address)
{
    for (unsigned kind = 0; kind < CELL_PER_CPU; kind++)
        if (address - cell->regions[kind].address < cell->regions[kind].size)
            return &cell->regions[kind];
    return nullptr;
}

static void locate_symbol(const struct cell_region *region, uint64_t address,
                          struct cell_location *location)
{
    *location = (struct cell_location){location->cell, nullptr, address - region->address};
    for (size_t i = 0; i < location->cell->symbol_count; i++) {
        const struct cell_symbol *symbol = &location->cell->symbols[i];
        if (symbol->address > address)
            return;
        if (symbol->address >= region->address && *symbol->name != '\0') {
            location->symbol = symbol;
            location->offset = address - symbol->address;
        }
    }
}

enum status cell_locate(uint64_t address, struct cell_location *location)
{
    for (const struct cell *cell = state.first; cell; cell = cell->next) {
        const struct cell_region *region = region_of(cell, address);
        if (region) {
            location->cell = cell;
            locate_symbol(region, address, location);
            return STATUS_OK;
        }
    }
    return STATUS_NOT_FOUND;
}
