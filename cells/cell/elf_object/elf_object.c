// SPDX-License-Identifier: MIT
/// The reading half of elf_object: it relies on what elf_check() established.
#include <libc/string.h>

#include "elf_check.h"

enum status elf_begin(const char *file, const void *image, size_t size, struct elf *elf)
{
    *elf = (struct elf){.file = file, .image = image, .size = size, .problem = {.file = file}};
    const enum status status = elf_check(elf);
    if (status != STATUS_OK) {
        elf->section_count = 0;
        elf->segment_count = 0;
        elf->symtab = 0;
        elf->size = 0;
    }
    return status;
}

const struct elf_problem *elf_errmsg(const struct elf *elf)
{
    return &elf->problem;
}

size_t elf_getshdrnum(const struct elf *elf)
{
    return elf->section_count;
}

bool elf_nextscn(const struct elf *elf, size_t *section)
{
    if (*section >= elf->section_count || *section + 1 == elf->section_count)
        return false;
    ++*section;
    return true;
}

enum status gelf_getehdr(const struct elf *elf, Elf64_Ehdr *header)
{
    if (elf->size == 0)
        return STATUS_NOT_FOUND;
    ELF_COPY(header, elf, 0);
    return STATUS_OK;
}

enum status gelf_getshdr(const struct elf *elf, size_t section, Elf64_Shdr *header)
{
    if (section >= elf->section_count)
        return STATUS_NOT_FOUND;
    *header = elf_shdr(elf, section);
    return STATUS_OK;
}

const char *elf_section_name(const struct elf *elf, size_t section)
{
    Elf64_Word name;
    if (section >= elf->section_count)
        return "";
    __builtin_memcpy(&name,
                     elf->image + elf->section_table + section * sizeof(Elf64_Shdr) +
                         offsetof(Elf64_Shdr, sh_name),
                     sizeof name);
    return (const char *)elf->image + elf->names_offset + name; // elf_check() saw that it is there
}

const char *elf_strptr(const struct elf *elf, size_t section, size_t offset)
{
    if (section >= elf->section_count)
        return nullptr;
    const Elf64_Shdr table = elf_shdr(elf, section);
    if (table.sh_type != SHT_STRTAB || offset >= table.sh_size)
        return nullptr;
    return (const char *)elf->image + table.sh_offset + offset;
}

enum status elf_getdata(const struct elf *elf, size_t section, struct elf_data *data)
{
    if (section >= elf->section_count)
        return STATUS_NOT_FOUND;
    const Elf64_Shdr header = elf_shdr(elf, section);
    if (header.sh_type == SHT_NULL)
        *data = (struct elf_data){};
    else if (header.sh_type == SHT_NOBITS)
        *data = (struct elf_data){nullptr, header.sh_size};
    else
        *data = (struct elf_data){elf->image + header.sh_offset, header.sh_size};
    return STATUS_OK;
}

static bool holds_symbols(const Elf64_Shdr *header)
{
    return header->sh_type == SHT_SYMTAB || header->sh_type == SHT_DYNSYM;
}

size_t elf_entry_count(const struct elf *elf, size_t section)
{
    if (section >= elf->section_count)
        return 0;
    const Elf64_Shdr header = elf_shdr(elf, section);
    if (holds_symbols(&header))
        return header.sh_size / sizeof(Elf64_Sym);
    return header.sh_type == SHT_RELA ? header.sh_size / sizeof(Elf64_Rela) : 0;
}

enum status gelf_getsym(const struct elf *elf, size_t symtab, size_t index, Elf64_Sym *symbol)
{
    if (symtab >= elf->section_count)
        return STATUS_NOT_FOUND;
    const Elf64_Shdr header = elf_shdr(elf, symtab);
    if (!holds_symbols(&header) || index >= header.sh_size / sizeof *symbol)
        return STATUS_NOT_FOUND;
    ELF_COPY(symbol, elf, header.sh_offset + index * sizeof *symbol);
    return STATUS_OK;
}

enum status gelf_getrela(const struct elf *elf, size_t section, size_t index,
                         Elf64_Rela *relocation)
{
    if (section >= elf->section_count)
        return STATUS_NOT_FOUND;
    const Elf64_Shdr header = elf_shdr(elf, section);
    if (header.sh_type != SHT_RELA || index >= header.sh_size / sizeof *relocation)
        return STATUS_NOT_FOUND;
    ELF_COPY(relocation, elf, header.sh_offset + index * sizeof *relocation);
    return STATUS_OK;
}

size_t elf_getphdrnum(const struct elf *elf)
{
    return elf->segment_count;
}

enum status gelf_getphdr(const struct elf *elf, size_t index, Elf64_Phdr *header)
{
    if (index >= elf->segment_count)
        return STATUS_NOT_FOUND;
    ELF_COPY(header, elf, elf->segment_table + index * sizeof *header);
    return STATUS_OK;
}

size_t elf_find_section(const struct elf *elf, const char *name)
{
    size_t section = 0;
    while (elf_nextscn(elf, &section))
        if (strcmp(elf_section_name(elf, section), name) == 0)
            return section;
    return 0;
}

size_t elf_find_symtab(const struct elf *elf)
{
    return elf->symtab;
}
