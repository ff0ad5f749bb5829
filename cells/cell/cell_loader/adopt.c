// SPDX-License-Identifier: MIT
// The cells within nano_core were linked by the linker. Their records are made from two files: the
// cell's own object, which holds the manifest, and nano_core's, which holds the addresses.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

static bool within(const struct cell_bounds *bounds, uint64_t address)
{
    for (unsigned i = 0; i < CELL_REGIONS; i++)
        if (address >= bounds->start[i] && address < bounds->end[i])
            return true;
    return false;
}

static enum status count_sections(struct load *load)
{
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr section;
        TRY(gelf_getshdr(&load->elf, i, &section));
        load->cell->sections +=
            load_region_of(load, i, &section) != CELL_REGIONS && section.sh_size != 0;
    }
    return STATUS_OK;
}

static enum status find_needs(struct load *load)
{
    struct text rest = load->manifest.needs;
    struct text need;
    while (text_next_part(&rest, ' ', &need)) {
        const struct cell *cell = cell_find(need);
        if (!cell)
            return load_fail(load, STATUS_NOT_FOUND, 0, "%.*s, which it needs, is not in nano_core",
                             (int)need.length, need.start);
        load->cell->needs[load->cell->need_count++] = cell;
    }
    return STATUS_OK;
}

// Copies the symbols within the bounds; counts only, while the record is not made.
static size_t take_symbols(const struct cell_bounds *bounds, const struct elf *nano_core,
                           struct cell *cell)
{
    const size_t symtab = elf_find_symtab(nano_core);
    const size_t count = elf_entry_count(nano_core, symtab);
    size_t taken = 0;
    Elf64_Shdr table;
    if (gelf_getshdr(nano_core, symtab, &table) != STATUS_OK)
        return 0;
    for (size_t i = 1; i < count; i++) {
        Elf64_Sym symbol;
        if (gelf_getsym(nano_core, symtab, i, &symbol) != STATUS_OK ||
            !within(bounds, symbol.st_value) || ELF64_ST_TYPE(symbol.st_info) == STT_SECTION)
            continue;
        if (cell)
            cell->symbols[taken] = (struct cell_symbol){
                .name = elf_strptr(nano_core, table.sh_link, symbol.st_name),
                .address = symbol.st_value,
                .size = symbol.st_size,
                .function = ELF64_ST_TYPE(symbol.st_info) == STT_FUNC,
                .exported = ELF64_ST_BIND(symbol.st_info) != STB_LOCAL,
            };
        taken++;
    }
    return taken;
}

static enum status fill_record(struct load *load, const struct cell_bounds *bounds,
                               const struct elf *nano_core)
{
    load->cell->in_nano_core = true;
    for (unsigned i = 0; i < CELL_REGIONS; i++)
        load->cell->regions[i] =
            (struct cell_region){bounds->start[i], bounds->end[i] - bounds->start[i]};
    load->cell->symbol_count = take_symbols(bounds, nano_core, load->cell);
    if (bounds->purpose) {
        load->cell->description =
            (struct cell_description){text_of(bounds->name), text_of("0"), text_of(bounds->purpose),
                                      text_of(""), cell_kind_name(CELL_KERNEL)};
        return STATUS_OK;
    }
    load->cell->description = load_description(&load->manifest);
    TRY(count_sections(load));
    return find_needs(load);
}

static enum status adopt(const struct cell_bounds *bounds, const struct elf *nano_core,
                         struct cell_problem *problem)
{
    struct load load = {.problem = problem};
    if (!bounds->purpose) {
        if (cell_store_find(text_of(bounds->name), &load.file) != STATUS_OK)
            return load_fail(&load, STATUS_NOT_FOUND, 0, "%s.cell is not in the archive",
                             bounds->name);
        TRY(load_open(&load));
    }
    OWNED(cell_record, record);
    if (cell_record_create(take_symbols(bounds, nano_core, nullptr),
                           load_need_count(&load.manifest), &record) != STATUS_OK)
        return load_fail(&load, STATUS_EXHAUSTED, 0, "no memory for its record");
    load.cell = record.cell;
    TRY(fill_record(&load, bounds, nano_core));
    (void)cell_add(&record);
    return STATUS_OK;
}

enum status cells_adopt(const struct cell_bounds bounds[], size_t count, const void *nano_core,
                        size_t size, struct cell_problem *problem)
{
    struct load load = {.problem = problem, .name = "nano_core.elf"};
    const enum status status = elf_begin(load.name, nano_core, size, &load.elf);
    if (status != STATUS_OK)
        return load_fail(&load, status, 0, "%s", elf_errmsg(&load.elf)->reason);
    for (size_t i = 0; i < count; i++)
        TRY(adopt(&bounds[i], &load.elf, problem));
    return STATUS_OK;
}
