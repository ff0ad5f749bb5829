// SPDX-License-Identifier: MIT
// The cells within nano_core were linked by the linker, which put the sections of each in the order
// in which the loader would. So their records are made from their own objects as the loader does,
// without a copy, and then compared with the symbols of nano_core's file. They are pinned.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

#include <libc/string.h>

static bool within(const struct cell_bounds *bounds, uint64_t address)
{
    for (unsigned i = 0; i < CELL_REGIONS; i++)
        if (address >= bounds->start[i] && address < bounds->end[i])
            return true;
    return false;
}

static enum status find_needs(struct load *load)
{
    struct text rest = load->manifest.needs;
    struct text need;
    struct cell *cell = load->cell;
    cell->depth = 1;
    for (size_t i = 0; text_next_part(&rest, ' ', &need); i++) {
        if (namespace_find_cell(load->within, need, &cell->needs.pointer[i]) != STATUS_OK)
            return load_fail(load, STATUS_NOT_FOUND, 0, "%.*s, which it needs, is not in nano_core",
                             (int)need.length, need.start);
        const uint32_t depth = cell_of(&cell->needs.pointer[i])->depth + 1;
        if (depth > cell->depth)
            cell->depth = depth;
    }
    return STATUS_OK;
}

// A symbol of nano_core's file.
struct core_symbol {
    const char *name;
    Elf64_Sym entry;
};

// The next one within the bounds, `*index` being the last one's, 0 at first.
static bool next_symbol(const struct cell_bounds *bounds, const struct elf *nano_core,
                        size_t *index, struct core_symbol *symbol)
{
    const size_t symtab = elf_find_symtab(nano_core);
    const size_t count = elf_entry_count(nano_core, symtab);
    Elf64_Shdr table;
    if (gelf_getshdr(nano_core, symtab, &table) != STATUS_OK)
        return false;
    while (++*index < count) {
        if (gelf_getsym(nano_core, symtab, *index, &symbol->entry) != STATUS_OK ||
            !within(bounds, symbol->entry.st_value) ||
            ELF64_ST_TYPE(symbol->entry.st_info) == STT_SECTION)
            continue;
        symbol->name = elf_strptr(nano_core, table.sh_link, symbol->entry.st_name);
        return true;
    }
    return false;
}

// The functions and objects that the cell exports must be where nano_core has them.
static enum status compare_symbols(struct load *load, const struct elf *nano_core)
{
    struct core_symbol symbol;
    for (size_t i = 0; next_symbol(load->bounds, nano_core, &i, &symbol);) {
        const unsigned type = ELF64_ST_TYPE(symbol.entry.st_info);
        if (ELF64_ST_BIND(symbol.entry.st_info) == STB_LOCAL ||
            (type != STT_FUNC && type != STT_OBJECT))
            continue;
        const struct cell_symbol *own = cell_export(load->cell, symbol.name);
        if (!own || own->address != symbol.entry.st_value)
            return load_fail(load, STATUS_DAMAGED, 0, "nano_core has %s at another place",
                             symbol.name);
    }
    return STATUS_OK;
}

static void set_regions(struct load *load)
{
    const struct cell_bounds *bounds = load->bounds;
    load->cell->in_nano_core = true;
    load->cell->space = namespace_of(load->within)->number;
    for (unsigned i = 0; i < CELL_REGIONS; i++)
        load->cell->regions[i] =
            (struct cell_region){bounds->start[i], bounds->end[i] - bounds->start[i]};
}

static enum status enter(struct load *load)
{
    const struct cell_reference *cell = &load->parts->cell;
    if (cell_enter(cell) != STATUS_OK || cell_pin(cell) != STATUS_OK)
        return load_fail(load, STATUS_EXISTS, 0, "it is in nano_core twice");
    cell_begin(cell);
    return STATUS_OK;
}

static enum status find_image(struct load *load)
{
    uint64_t ends[CELL_REGIONS];
    TRY(load_find_image(load, ends));
    for (unsigned i = 0; i < CELL_REGIONS; i++)
        if (ends[i] != load->bounds->end[i])
            return load_fail(load, STATUS_DAMAGED, 0,
                             "its sections end at 0x%lx, but at 0x%lx in nano_core", ends[i],
                             load->bounds->end[i]);
    return STATUS_OK;
}

static enum status adopt_cell(struct load *load, const struct elf *nano_core)
{
    if (cell_store_find(text_of(load->bounds->name), &load->file) != STATUS_OK)
        return load_fail(load, STATUS_NOT_FOUND, 0, "%s.cell is not in the archive",
                         load->bounds->name);
    TRY(load_open(load));
    TRY(load_create(load));
    set_regions(load);
    TRY(find_needs(load));
    TRY(find_image(load));
    TRY(load_symbols(load));
    TRY(enter(load));
    return compare_symbols(load, nano_core);
}

// What belongs to no cell: it has symbols, and no object of its own.
static enum status adopt_rest(struct load *load, const struct elf *nano_core)
{
    struct core_symbol symbol;
    for (size_t i = 0; next_symbol(load->bounds, nano_core, &i, &symbol);)
        load->capacity.symbols++;
    load->capacity.exports = load->capacity.symbols;
    if (cell_create(&load->capacity, &load->parts->cell) != STATUS_OK)
        return load_fail(load, STATUS_EXHAUSTED, 0, "no memory for its record");
    load->cell = cell_in_making(&load->parts->cell);
    struct cell_symbols *symbols = &load->cell->symbols;
    for (size_t i = 0; next_symbol(load->bounds, nano_core, &i, &symbol);) {
        symbols->length++;
        SLICE_AT(*symbols, symbols->length - 1) = (struct cell_symbol){
            .name = symbol.name,
            .address = symbol.entry.st_value,
            .size = symbol.entry.st_size,
            .function = ELF64_ST_TYPE(symbol.entry.st_info) == STT_FUNC,
            .exported = ELF64_ST_BIND(symbol.entry.st_info) != STB_LOCAL,
        };
    }
    load->cell->description = (struct cell_description){text_of(load->bounds->name), text_of("0"),
                                                        text_of(load->bounds->purpose), text_of(""),
                                                        cell_kind_name(CELL_KERNEL)};
    load->cell->file = load->file.name;
    load->cell->object = (struct const_bytes){load->file.data, load->file.size};
    set_regions(load);
    return enter(load);
}

// What all of them have in common.
struct adoption {
    BORROWS const struct namespace_reference *kernel;
    struct stored_file file; // nano_core's
    struct elf elf;          // the same
};

static enum status adopt(const struct adoption *adoption, const struct cell_bounds *bounds,
                         struct cell_problem *problem)
{
    struct load load = {
        .problem = problem, .bounds = bounds, .within = adoption->kernel, .name = "nano_core.elf"};
    OWNED(load_parts, parts);
    FILL(&parts, .begun = 1);
    load.parts = &parts;
    if (!bounds->purpose)
        return adopt_cell(&load, &adoption->elf);
    load.file = adoption->file;
    return adopt_rest(&load, &adoption->elf);
}

enum status cells_adopt(const struct cell_bounds bounds[], size_t count, const void *nano_core,
                        size_t size, struct cell_problem *problem)
{
    OWNED(namespace_reference, kernel);
    struct load load = {.problem = problem, .name = "nano_core.elf"};
    struct adoption adoption = {
        .file = {.name = text_of("nano_core.elf"), .data = nano_core, .size = size}};
    if (namespaces_start() != STATUS_OK || namespace_find(text_of("kernel"), &kernel) != STATUS_OK)
        return load_fail(&load, STATUS_EXHAUSTED, 0, "no memory for the namespaces");
    adoption.kernel = &kernel;
    const enum status status = elf_begin(load.name, nano_core, size, &adoption.elf);
    if (status != STATUS_OK)
        return load_fail(&load, status, 0, "%s", elf_errmsg(&adoption.elf)->reason);
    for (size_t i = 0; i < count; i++)
        TRY(adopt(&adoption, &bounds[i], problem));
    return STATUS_OK;
}
