// SPDX-License-Identifier: MIT
// The walk goes through the sections of the object and reads those that hold relocations for a
// section in memory.
//
// Live swap:  nothing is remembered.
// Fault:      nothing is changed.
#include <cell/dependencies.h>

enum status dependencies_begin(const struct cell *cell, struct dependency_walk *walk)
{
    *walk = (struct dependency_walk){.cell = cell};
    TRY(elf_begin("", cell->object.pointer, cell->object.length, &walk->elf));
    walk->symtab = elf_find_symtab(&walk->elf);
    return STATUS_OK;
}

// Goes to the next section with relocations for one in memory.
static bool next_section(struct dependency_walk *walk)
{
    walk->entry = 0;
    walk->from = nullptr;
    while (!walk->from) {
        Elf64_Shdr header;
        if (!elf_nextscn(&walk->elf, &walk->relocations) ||
            gelf_getshdr(&walk->elf, walk->relocations, &header) != STATUS_OK)
            return false;
        if (header.sh_type == SHT_RELA)
            walk->from = cell_section_of(walk->cell, header.sh_info);
    }
    return true;
}

// What the symbol of that index was bound to; null: it is not imported.
static const struct cell_import *find_import(const struct cell *cell, size_t symbol)
{
    size_t low = 0;
    size_t high = cell->imports.length;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct cell_import *import = &SLICE_AT(cell->imports, middle);
        if (import->symbol == symbol)
            return import;
        if (import->symbol < symbol)
            low = middle + 1;
        else
            high = middle;
    }
    return nullptr;
}

static void resolve_import(const struct cell *cell, const struct cell_import *import,
                           struct dependency *dependency)
{
    const struct cell *provider = cell_of(&SLICE_AT(cell->needs, import->need));
    dependency->provider = provider;
    dependency->named = &SLICE_AT(provider->symbols, import->export);
    dependency->to = cell_section_of(provider, dependency->named->section);
    dependency->address = dependency->named->address;
}

static void resolve_own(struct dependency_walk *walk, size_t index, struct dependency *dependency)
{
    Elf64_Sym symbol;
    if (gelf_getsym(&walk->elf, walk->symtab, index, &symbol) != STATUS_OK)
        return;
    if (symbol.st_shndx == SHN_UNDEF) // weak: 0, whatever the entry says
        return;
    dependency->address = symbol.st_value;
    if (symbol.st_shndx >= SHN_LORESERVE)
        return;
    dependency->to = cell_section_of(walk->cell, symbol.st_shndx);
    dependency->address += dependency->to ? dependency->to->address : 0;
}

bool dependency_next(struct dependency_walk *walk, struct dependency *dependency)
{
    Elf64_Rela entry;
    while (!walk->from ||
           gelf_getrela(&walk->elf, walk->relocations, walk->entry, &entry) != STATUS_OK)
        if (!next_section(walk))
            return false;
    walk->entry++;
    const size_t symbol = ELF64_R_SYM(entry.r_info);
    *dependency = (struct dependency){
        .dependent = walk->cell,
        .from = walk->from,
        .offset = entry.r_offset,
        .type = ELF64_R_TYPE(entry.r_info),
        .addend = entry.r_addend,
        .provider = walk->cell,
    };
    const struct cell_import *import = find_import(walk->cell, symbol);
    if (import)
        resolve_import(walk->cell, import, dependency);
    else
        resolve_own(walk, symbol, dependency);
    return true;
}

bool dependency_next_from(struct dependency_walk *walk, const struct cell_section *section,
                          struct dependency *dependency)
{
    while (dependency_next(walk, dependency))
        if (dependency->from == section)
            return true;
    return false;
}

bool dependency_next_to(struct dependency_walk *walk, const struct cell *provider,
                        const struct cell_section *section, struct dependency *dependency)
{
    while (dependency_next(walk, dependency))
        if (dependency->provider == provider && dependency->to == section)
            return true;
    return false;
}

void cell_list_drop(TAKES(struct cell_list) list)
{
    for (size_t i = 0; i < list->capacity; i++)
        cell_reference_drop(&list->cells[i]);
    list->capacity = 0;
}

OWNERSHIP(cell_list, capacity);

static size_t count_cells(void)
{
    size_t count = 0;
    for (uint64_t cursor = 0;; count++) {
        OWNED(cell_reference, cell);
        if (!cell_next(&cursor, &cell))
            return count;
    }
}

enum status cell_list_take(FILLS(struct box) box)
{
    OWNED(box, fresh);
    const size_t capacity = count_cells();
    TRY(box_allocate(sizeof(struct cell_list) + capacity * sizeof(struct cell_reference),
                     &cell_list_ownership, &fresh));
    struct cell_list *list = BOX_CONTENT(cell_list, &fresh);
    list->capacity = capacity;
    uint64_t cursor = 0;
    while (list->count < capacity && cell_next(&cursor, &list->cells[list->count]))
        list->count++;
    MOVE_TO(box, &fresh);
    return STATUS_OK;
}
