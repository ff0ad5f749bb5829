// SPDX-License-Identifier: MIT
// Symbols are sorted by a heap sort, in place and in n log n steps whatever their order; objects
// list them in two sorted runs at best. Exports are found by a hash table of half its slots free.
//
// Live swap:  nothing is remembered.
// Fault:      the tables are those of a cell in the making.
#include "registry.h"

#include <libc/string.h>

// FNV-1a, 32 bits.
enum : uint32_t { HASH_BASIS = 0x811C9DC5, HASH_PRIME = 0x01000193 };

uint32_t hash_text(struct text text)
{
    uint32_t hash = HASH_BASIS;
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (uint8_t)text.start[i]) * HASH_PRIME;
    return hash;
}

uint32_t cell_name_hash(const char *name)
{
    uint32_t hash = HASH_BASIS;
    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * HASH_PRIME;
    return hash;
}

static void exchange(struct cell_symbol *a, struct cell_symbol *b)
{
    const struct cell_symbol symbol = *a;
    *a = *b;
    *b = symbol;
}

// Lets the element at `root` sink to its place in the heap of the first `count`.
static void sink(struct cell_symbol *symbols, size_t root, size_t count)
{
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count)
            return;
        if (child + 1 < count && symbols[child + 1].address > symbols[child].address)
            child++;
        if (symbols[child].address <= symbols[root].address)
            return;
        exchange(&symbols[child], &symbols[root]);
        root = child;
    }
}

static void sort_symbols(struct cell_symbols symbols)
{
    struct cell_symbol *first = symbols.pointer;
    for (size_t root = symbols.length / 2; root > 0; root--)
        sink(first, root - 1, symbols.length);
    for (size_t count = symbols.length; count > 1; count--) {
        exchange(&first[0], &first[count - 1]);
        sink(first, 0, count - 1);
    }
}

static bool is_sorted(struct cell_symbols symbols)
{
    for (size_t i = 1; i < symbols.length; i++)
        if (symbols.pointer[i - 1].address > symbols.pointer[i].address)
            return false;
    return true;
}

void index_symbols(struct cell *cell)
{
    if (!is_sorted(cell->symbols))
        sort_symbols(cell->symbols);
    const size_t mask = cell->slots.length - 1;
    for (size_t i = 0; i < cell->symbols.length; i++) {
        const struct cell_symbol *symbol = &cell->symbols.pointer[i];
        if (!symbol->exported)
            continue;
        size_t slot = cell_name_hash(symbol->name) & mask;
        while (SLICE_AT(cell->slots, slot) != 0)
            slot = (slot + 1) & mask;
        SLICE_AT(cell->slots, slot) = (uint32_t)i + 1;
    }
}

const struct cell_symbol *cell_export_hashed(const struct cell *cell, const char *name,
                                             uint32_t hash)
{
    const size_t mask = cell->slots.length - 1;
    for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
        const uint32_t index = SLICE_AT(cell->slots, slot);
        if (index == 0)
            return nullptr;
        const struct cell_symbol *symbol = &SLICE_AT(cell->symbols, index - 1);
        if (strcmp(symbol->name, name) == 0)
            return symbol;
    }
}

const struct cell_symbol *cell_export(const struct cell *cell, const char *name)
{
    return cell_export_hashed(cell, name, cell_name_hash(name));
}

// How many of the elements that `is_before` tells of come first; they are sorted so.
static size_t symbols_up_to(struct cell_symbols symbols, uint64_t address)
{
    size_t low = 0;
    size_t high = symbols.length;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (SLICE_AT(symbols, middle).address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct cell_region *region_of(const struct cell *cell, uint64_t address)
{
    for (unsigned kind = 0; kind < CELL_PER_CPU; kind++)
        if (address - cell->regions[kind].address < cell->regions[kind].size)
            return &cell->regions[kind];
    return nullptr;
}

enum status cell_locate_within(const struct cell *cell, uint64_t address,
                               struct cell_location *location)
{
    const struct cell_region *region = region_of(cell, address);
    if (!region)
        return STATUS_NOT_FOUND;
    *location = (struct cell_location){cell, nullptr, address - region->address};
    for (size_t i = symbols_up_to(cell->symbols, address); i > 0; i--) {
        const struct cell_symbol *symbol = &SLICE_AT(cell->symbols, i - 1);
        if (symbol->address < region->address)
            break;
        if (*symbol->name != '\0') {
            location->symbol = symbol;
            location->offset = address - symbol->address;
            break;
        }
    }
    return STATUS_OK;
}

UNSAFE(INNOCUOUS, "the bounds of a cell's regions say what memory is its own")
const void *cell_memory(const struct cell *cell, uint64_t address, uint64_t size)
{
    const struct cell_region *region = region_of(cell, address);
    if (!region || size > region->size - (address - region->address))
        return nullptr;
    return (const void *)address;
}

// The first section of region `kind`, among those sorted by region.
static size_t first_of_kind(const struct cell *cell, unsigned kind)
{
    size_t low = 0;
    size_t high = cell->sections.length;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (SLICE_AT(cell->sections, middle).kind < kind)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// The section of that index among those from `low` to `high`, sorted by index but for the last one.
static const struct cell_section *find_section(struct cell_sections sections, size_t low,
                                               size_t high, uint32_t index)
{
    if (low < high && SLICE_AT(sections, high - 1).index == index)
        return &SLICE_AT(sections, high - 1);
    for (size_t end = high > low ? high - 1 : low; low < end;) {
        const size_t middle = low + (end - low) / 2;
        const struct cell_section *section = &SLICE_AT(sections, middle);
        if (section->index == index)
            return section;
        if (section->index < index)
            low = middle + 1;
        else
            end = middle;
    }
    return nullptr;
}

const struct cell_section *cell_section_of(const struct cell *cell, uint32_t index)
{
    for (unsigned kind = 0; kind < CELL_REGIONS; kind++) {
        const struct cell_section *section = find_section(cell->sections, first_of_kind(cell, kind),
                                                          first_of_kind(cell, kind + 1), index);
        if (section)
            return section;
    }
    return nullptr;
}

const struct cell_section *cell_section_at(const struct cell *cell, uint64_t address)
{
    for (unsigned kind = 0; kind < CELL_PER_CPU; kind++) {
        if (address - cell->regions[kind].address >= cell->regions[kind].size)
            continue;
        size_t low = first_of_kind(cell, kind);
        size_t high = first_of_kind(cell, kind + 1);
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            const struct cell_section *section = &SLICE_AT(cell->sections, middle);
            if (address - section->address < section->size)
                return section;
            if (section->address < address)
                low = middle + 1;
            else
                high = middle;
        }
    }
    return nullptr;
}
