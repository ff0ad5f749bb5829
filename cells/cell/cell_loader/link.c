// SPDX-License-Identifier: MIT
// An import is looked up in the cells that the manifest names and nowhere else; authority.c says
// whether this cell may use what is found, and abi.c compares its type.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

#include <cell/relocation.h>

enum : uint64_t { LARGEST_NUMBER = UINT32_MAX }; // of absolute symbols; above are addresses

// Looks `name` up in what the cell needs and notes where it was found.
static const struct cell_symbol *find_import(struct load *load, size_t index, const char *name)
{
    struct cell *cell = load->cell;
    const uint32_t hash = cell_name_hash(name);
    for (size_t i = 0; i < cell->needs.length; i++) {
        const struct cell *provider = cell_of(&cell->needs.pointer[i]);
        const struct cell_symbol *symbol = cell_export_hashed(provider, name, hash);
        if (!symbol)
            continue;
        cell->imports.length++;
        SLICE_AT(cell->imports, cell->imports.length - 1) = (struct cell_import){
            .symbol = (uint32_t)index,
            .need = (uint32_t)i,
            .export = (uint32_t)(symbol - provider->symbols.pointer),
        };
        return symbol;
    }
    return nullptr;
}

// Whether the import that was noted last is for this cell, and of the type that it was compiled
// with. The build checked both for nano_core's cells.
static enum status check_import(struct load *load, const char *name)
{
    if (load->bounds)
        return STATUS_OK;
    const struct cell *cell = load->cell;
    const struct cell_import import = SLICE_AT(cell->imports, cell->imports.length - 1);
    const struct cell *provider = cell_of(&SLICE_AT(cell->needs, import.need));
    TRY(load_check_guards(load, provider, name));
    return load_check_import(load, provider, name);
}

static enum status resolve_import(struct load *load, size_t index, const Elf64_Sym *symbol,
                                  const char *name)
{
    const struct cell_symbol *import = find_import(load, index, name);
    if (!import && ELF64_ST_BIND(symbol->st_info) != STB_WEAK)
        return load_refuse_missing(load, name);
    if (import)
        TRY(check_import(load, name));
    load->symbols[index] = import ? import->address : 0;
    return STATUS_OK;
}

static enum status resolve_own(struct load *load, const Elf64_Sym *symbol, uint64_t *address)
{
    Elf64_Shdr section;
    TRY(gelf_getshdr(&load->elf, symbol->st_shndx, &section));
    const uint64_t start = load->sections[symbol->st_shndx];
    *address = start == 0 || section.sh_size == 0 ? NOWHERE : start + symbol->st_value;
    return STATUS_OK;
}

static enum status resolve(struct load *load, size_t index, const Elf64_Sym *symbol,
                           const char *name)
{
    uint64_t *address = &load->symbols[index];
    const unsigned type = ELF64_ST_TYPE(symbol->st_info);
    if (type > STT_FILE)
        return load_refuse_symbol(load, type, name);
    switch (symbol->st_shndx) {
    case SHN_UNDEF:
        return resolve_import(load, index, symbol, name);
    case SHN_ABS:
        if (symbol->st_value > LARGEST_NUMBER)
            return load_fail(load, STATUS_UNSUPPORTED, 0,
                             "%s is the address 0x%lx, not that of anything in it: refer to what "
                             "a cell exports",
                             name, symbol->st_value);
        *address = symbol->st_value;
        return STATUS_OK;
    case SHN_COMMON:
        return load_refuse_symbol(load, STT_COMMON, name);
    default:
        return resolve_own(load, symbol, address);
    }
}

// Hidden symbols are global within their cell only.
static bool is_exported(const Elf64_Sym *symbol)
{
    return ELF64_ST_BIND(symbol->st_info) != STB_LOCAL &&
           ELF64_ST_VISIBILITY(symbol->st_other) == STV_DEFAULT;
}

static void record_symbol(struct load *load, const Elf64_Sym *symbol, const char *name,
                          uint64_t address)
{
    const unsigned type = ELF64_ST_TYPE(symbol->st_info);
    if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= SHN_LORESERVE || address == NOWHERE)
        return;
    if (type != STT_FUNC && type != STT_OBJECT && type != STT_NOTYPE)
        return;
    struct cell_symbols *symbols = &load->cell->symbols;
    symbols->length++;
    SLICE_AT(*symbols, symbols->length - 1) = (struct cell_symbol){
        .name = name,
        .address = address,
        .size = symbol->st_size,
        .section = symbol->st_shndx,
        .function = type == STT_FUNC,
        .exported = is_exported(symbol),
    };
}

enum status load_symbols(struct load *load)
{
    Elf64_Shdr table;
    if (load->symtab == 0)
        return STATUS_OK;
    TRY(gelf_getshdr(&load->elf, load->symtab, &table));
    const size_t count = elf_entry_count(&load->elf, load->symtab);
    for (size_t i = 1; i < count; i++) {
        Elf64_Sym symbol;
        TRY(gelf_getsym(&load->elf, load->symtab, i, &symbol));
        const char *name = elf_strptr(&load->elf, table.sh_link, symbol.st_name);
        TRY(resolve(load, i, &symbol, name));
        record_symbol(load, &symbol, name, load->symbols[i]);
    }
    return STATUS_OK;
}

// A section that relocations apply to, while they do.
struct target {
    size_t relocations; // the section that holds them
    uint64_t address;
    struct bytes bytes;
};

static enum status apply(struct load *load, const struct target *target, const Elf64_Rela *entry)
{
    const uint32_t type = ELF64_R_TYPE(entry->r_info);
    const size_t size = relocation_size(type);
    if (size == 0)
        return load_refuse_relocation(load, target->relocations, type, entry->r_offset);
    if (entry->r_offset > target->bytes.length || target->bytes.length - entry->r_offset < size)
        return load_fail(load, STATUS_DAMAGED, target->relocations,
                         "a relocation at offset 0x%lx lies outside its section", entry->r_offset);
    const uint64_t symbol = load->symbols[ELF64_R_SYM(entry->r_info)];
    if (symbol == NOWHERE)
        return load_fail(load, STATUS_DAMAGED, target->relocations,
                         "the relocation at offset 0x%lx refers to what is not in memory",
                         entry->r_offset);
    const struct relocation relocation = {
        .type = type,
        .place = target->address + entry->r_offset,
        .symbol = symbol,
        .addend = entry->r_addend,
    };
    if (relocation_apply(&relocation, target->bytes.pointer + entry->r_offset) != STATUS_OK)
        return load_fail(load, STATUS_OVERFLOW, target->relocations,
                         "the value of %s at offset 0x%lx does not fit its field: compile with "
                         "-mcmodel=kernel",
                         relocation_name(type), entry->r_offset);
    return STATUS_OK;
}

static enum status apply_section(struct load *load, size_t index, const Elf64_Shdr *section)
{
    struct target target = {index, load->sections[section->sh_info], {}};
    Elf64_Shdr header;
    if (target.address == 0)
        return STATUS_OK;
    if (section->sh_link != load->symtab)
        return load_fail(load, STATUS_UNSUPPORTED, index,
                         "its relocations refer to another symbol table than the object's");
    if (load->relocated[section->sh_info] != 0)
        return load_fail(load, STATUS_UNSUPPORTED, index,
                         "there are relocations for the same section elsewhere");
    load->relocated[section->sh_info] = index;
    TRY(gelf_getshdr(&load->elf, section->sh_info, &header));
    const enum cell_region_kind kind = load_region_of(load, section->sh_info, &header);
    if (header.sh_type == SHT_NOBITS || kind >= MAPPED_REGIONS)
        return load_fail(load, STATUS_DAMAGED, index, "it applies to a section without contents");
    const struct mapped_pages_mut *region = &load->parts->regions[kind];
    if (header.sh_size > 0)
        target.bytes =
            SLICE_PART(mapped_bytes_mut(region), target.address - region->address, header.sh_size);
    const size_t count = elf_entry_count(&load->elf, index);
    for (size_t i = 0; i < count; i++) {
        Elf64_Rela entry;
        TRY(gelf_getrela(&load->elf, index, i, &entry));
        TRY(apply(load, &target, &entry));
    }
    return STATUS_OK;
}

enum status load_relocations(struct load *load)
{
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr section;
        TRY(gelf_getshdr(&load->elf, i, &section));
        if (section.sh_type == SHT_REL)
            return load_fail(load, STATUS_UNSUPPORTED, i,
                             "relocations without addends are not of x86-64");
        if (section.sh_type == SHT_RELA)
            TRY(apply_section(load, i, &section));
    }
    return STATUS_OK;
}
