// SPDX-License-Identifier: MIT
// From an address to a place in an object. The text of a cell is the executable sections of its
// object, in their order, each aligned as it asks to be: the loader and nano_core's linker script
// both do it so. The region's end is compared with what that gives.
//
// Live swap:  nothing is remembered.
// Fault:      nothing is changed.
#include <cell/cell_metadata.h>
#include <cell/cell_store.h>
#include <cell/elf_object.h>
#include <cell/line_table.h>
#include <libc/string.h>

struct site {
    struct elf elf;
    size_t section; // in the object
    size_t ordinal; // among the executable sections
    uint64_t offset;
};

// The file that the cell's record was made from: its description borrows from it.
static enum status find_object(const struct cell *cell, struct elf *elf)
{
    const uint64_t name = (uint64_t)cell->description.name.start;
    struct stored_file file;
    for (size_t cursor = 0; cell_store_next(&cursor, &file);)
        if (name - (uint64_t)file.data < file.size)
            return elf_begin("", file.data, file.size, elf);
    return STATUS_NOT_FOUND;
}

static bool is_text(const Elf64_Shdr *section)
{
    return (section->sh_flags & SHF_ALLOC) && (section->sh_flags & SHF_EXECINSTR);
}

static enum status find_section(const struct cell_region *text, uint64_t address, struct site *site)
{
    bool found = false;
    uint64_t end = text->address;
    size_t ordinal = 0;
    for (size_t i = 0; elf_nextscn(&site->elf, &i);) {
        Elf64_Shdr section;
        TRY(gelf_getshdr(&site->elf, i, &section));
        if (!is_text(&section))
            continue;
        const uint64_t alignment = section.sh_addralign > 1 ? section.sh_addralign : 1;
        const uint64_t start = (end + alignment - 1) & ~(alignment - 1);
        if (address - start < section.sh_size) {
            found = true;
            site->section = i;
            site->ordinal = ordinal;
            site->offset = address - start;
        }
        end = start + section.sh_size;
        ordinal++;
    }
    return found && end - text->address <= text->size ? STATUS_OK : STATUS_NOT_FOUND;
}

static enum status find_site(uint64_t address, struct site *site)
{
    struct cell_location location;
    TRY(cell_locate(address, &location));
    TRY(find_object(location.cell, &site->elf));
    return find_section(&location.cell->regions[CELL_TEXT], address, site);
}

enum status line_find(uint64_t address, struct line_location *location)
{
    struct site site;
    struct elf_data table;
    TRY(find_site(address, &site));
    const size_t section = elf_find_section(&site.elf, ".cell.lines");
    if (section == 0)
        return STATUS_NOT_FOUND;
    TRY(elf_getdata(&site.elf, section, &table));
    return line_table_read(table.bytes, table.bytes ? table.size : 0, site.ordinal, site.offset,
                           location);
}

// Whether one of the relocations of a `.kcfi_traps` section refers to the site.
static bool refers_to(const struct site *site, size_t relocations, size_t symtab)
{
    const size_t count = elf_entry_count(&site->elf, relocations);
    for (size_t i = 0; i < count; i++) {
        Elf64_Rela entry;
        Elf64_Sym symbol;
        if (gelf_getrela(&site->elf, relocations, i, &entry) == STATUS_OK &&
            gelf_getsym(&site->elf, symtab, ELF64_R_SYM(entry.r_info), &symbol) == STATUS_OK &&
            symbol.st_shndx == site->section &&
            symbol.st_value + (uint64_t)entry.r_addend == site->offset)
            return true;
    }
    return false;
}

bool line_is_call_check(uint64_t address)
{
    struct site site;
    if (find_site(address, &site) != STATUS_OK)
        return false;
    const size_t symtab = elf_find_symtab(&site.elf);
    for (size_t i = 0; elf_nextscn(&site.elf, &i);) {
        Elf64_Shdr section;
        if (gelf_getshdr(&site.elf, i, &section) == STATUS_OK && section.sh_type == SHT_RELA &&
            strcmp(elf_section_name(&site.elf, section.sh_info), ".kcfi_traps") == 0 &&
            refers_to(&site, i, symtab))
            return true;
    }
    return false;
}
