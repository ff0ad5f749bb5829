// SPDX-License-Identifier: MIT
// An import is looked up in the cells that the manifest names and nowhere else; abi.c compares its
// type with what is found.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

#include <cell/relocation.h>

static const struct cell_symbol *find_import(const struct load *load, const char *name,
                                             const struct cell **provider)
{
    for (size_t i = 0; i < load->cell->need_count; i++) {
        const struct cell_symbol *symbol = cell_export(load->cell->needs[i], name);
        *provider = load->cell->needs[i];
        if (symbol)
            return symbol;
    }
    return nullptr;
}

static enum status resolve_import(struct load *load, const Elf64_Sym *symbol, const char *name,
                                  uint64_t *address)
{
    const struct cell *provider;
    const struct cell_symbol *import = find_import(load, name, &provider);
    if (import) {
        *address = import->address;
        return load_check_import(load, provider, name);
    }
    if (ELF64_ST_BIND(symbol->st_info) == STB_WEAK) {
        *address = 0;
        return STATUS_OK;
    }
    return load_fail(load, STATUS_NOT_FOUND, 0,
                     "it refers to %s, which none of the cells that it needs exports", name);
}

static enum status resolve(struct load *load, const Elf64_Sym *symbol, const char *name,
                           uint64_t *address)
{
    switch (symbol->st_shndx) {
    case SHN_UNDEF:
        return resolve_import(load, symbol, name, address);
    case SHN_ABS:
        *address = symbol->st_value;
        return STATUS_OK;
    case SHN_COMMON:
        return load_fail(load, STATUS_UNSUPPORTED, 0,
                         "%s is a common symbol: compile with -fno-common", name);
    default:
        if (load->sections[symbol->st_shndx] == 0) {
            *address = 0; // in a section that is not loaded: nothing loaded may refer to it
            return STATUS_OK;
        }
        *address = load->sections[symbol->st_shndx] + symbol->st_value;
        return STATUS_OK;
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
    if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= SHN_LORESERVE || address == 0)
        return;
    if (type != STT_FUNC && type != STT_OBJECT && type != STT_NOTYPE)
        return;
    load->cell->symbols[load->cell->symbol_count++] = (struct cell_symbol){
        .name = name,
        .address = address,
        .size = symbol->st_size,
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
        TRY(resolve(load, &symbol, name, &load->symbols[i]));
        record_symbol(load, &symbol, name, load->symbols[i]);
    }
    return STATUS_OK;
}

UNSAFE(INFECTIOUS, "a relocation writes to an address that was computed")
static enum status apply(struct load *load, size_t section, const Elf64_Shdr *target,
                         uint64_t target_address, const Elf64_Rela *entry)
{
    const uint32_t type = ELF64_R_TYPE(entry->r_info);
    const size_t size = relocation_size(type);
    if (size == 0)
        return load_fail(load, STATUS_UNSUPPORTED, section,
                         "relocation type %u at offset 0x%lx is not of the kernel code model", type,
                         entry->r_offset);
    if (entry->r_offset > target->sh_size || target->sh_size - entry->r_offset < size)
        return load_fail(load, STATUS_DAMAGED, section,
                         "a relocation at offset 0x%lx lies outside its section", entry->r_offset);
    const struct relocation relocation = {
        .type = type,
        .place = target_address + entry->r_offset,
        .symbol = load->symbols[ELF64_R_SYM(entry->r_info)],
        .addend = entry->r_addend,
    };
    if (relocation_apply(&relocation, (void *)relocation.place) != STATUS_OK)
        return load_fail(load, STATUS_OVERFLOW, section,
                         "the value of %s at offset 0x%lx does not fit its field",
                         relocation_name(type), entry->r_offset);
    return STATUS_OK;
}

static enum status apply_section(struct load *load, size_t index, const Elf64_Shdr *section)
{
    const uint64_t target_address = load->sections[section->sh_info];
    Elf64_Shdr target;
    if (target_address == 0)
        return STATUS_OK;
    TRY(gelf_getshdr(&load->elf, section->sh_info, &target));
    if (target.sh_type == SHT_NOBITS)
        return load_fail(load, STATUS_DAMAGED, index, "it applies to a section without contents");
    const size_t count = elf_entry_count(&load->elf, index);
    for (size_t i = 0; i < count; i++) {
        Elf64_Rela entry;
        TRY(gelf_getrela(&load->elf, index, i, &entry));
        TRY(apply(load, index, &target, target_address, &entry));
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
