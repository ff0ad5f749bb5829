// SPDX-License-Identifier: MIT
/// Dumps ELF files as the system's libelf reads them.
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include "elf_dump.h"

static bool dump_entries(Elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
    const bool symbols = header->sh_type == SHT_SYMTAB || header->sh_type == SHT_DYNSYM;
    if (!symbols && header->sh_type != SHT_RELA)
        return true;
    Elf_Data *data = elf_getdata(section, nullptr);
    if (!data)
        return false;
    const int count = (int)(header->sh_size / header->sh_entsize);
    for (int i = 0; i < count; i++) {
        GElf_Sym symbol;
        GElf_Rela relocation;
        if (symbols && gelf_getsym(data, i, &symbol))
            dump_symbol(elf_strptr(elf, header->sh_link, symbol.st_name), &symbol);
        else if (!symbols && gelf_getrela(data, i, &relocation))
            dump_relocation(&relocation);
        else
            return false;
    }
    return true;
}

static bool dump_sections(Elf *elf)
{
    size_t names;
    if (elf_getshdrstrndx(elf, &names) != 0)
        return false;
    for (Elf_Scn *s = elf_nextscn(elf, nullptr); s; s = elf_nextscn(elf, s)) {
        GElf_Shdr header;
        Elf_Data *data = elf_rawdata(s, nullptr);
        if (!gelf_getshdr(s, &header) || !data)
            return false;
        dump_section(elf_ndxscn(s), elf_strptr(elf, names, header.sh_name), &header, data->d_buf,
                     data->d_size);
        if (!dump_entries(elf, s, &header))
            return false;
    }
    return true;
}

static bool dump(const char *path)
{
    const int file = open(path, O_RDONLY);
    Elf *elf = elf_begin(file, ELF_C_READ, nullptr);
    GElf_Ehdr header;
    size_t segments;
    bool good = elf && gelf_getehdr(elf, &header) && elf_getphdrnum(elf, &segments) == 0;
    if (good)
        dump_header(path, &header);
    for (size_t i = 0; good && i < segments; i++) {
        GElf_Phdr segment;
        good = gelf_getphdr(elf, (int)i, &segment);
        if (good)
            dump_segment(&segment);
    }
    good = good && dump_sections(elf);
    if (!good)
        printf("%s: %s\n", path, elf_errmsg(-1));
    elf_end(elf);
    close(file);
    return good;
}

int main(int argc, char *argv[])
{
    bool good = elf_version(EV_CURRENT) != EV_NONE;
    for (int i = 1; i < argc; i++)
        good = dump(argv[i]) && good;
    return !good;
}
