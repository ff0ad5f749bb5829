// SPDX-License-Identifier: MIT
/// Dumps ELF files as the cell elf_object reads them.
#include <stdlib.h>

#include "elf_dump.h"

#include <cell/elf_object.h>

static void *read_open_file(FILE *file, size_t *size)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return nullptr;
    const long end = ftell(file);
    if (end < 0 || fseek(file, 0, SEEK_SET) != 0)
        return nullptr;
    *size = (size_t)end;
    void *image = malloc(*size); // of exactly this size, for the address sanitizer
    if (image && fread(image, 1, *size, file) != *size) {
        free(image);
        image = nullptr;
    }
    return image;
}

static void *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return nullptr;
    void *image = read_open_file(file, size);
    fclose(file);
    return image;
}

static enum status dump_one_section(const struct elf *elf, size_t section)
{
    Elf64_Shdr header;
    struct elf_data data;
    TRY(gelf_getshdr(elf, section, &header));
    TRY(elf_getdata(elf, section, &data));
    dump_section(section, elf_section_name(elf, section), &header, data.bytes, data.size);
    for (size_t i = 0; i < elf_entry_count(elf, section); i++) {
        Elf64_Sym symbol;
        Elf64_Rela relocation;
        if (gelf_getsym(elf, section, i, &symbol) == STATUS_OK) {
            dump_symbol(elf_strptr(elf, header.sh_link, symbol.st_name), &symbol);
        } else {
            TRY(gelf_getrela(elf, section, i, &relocation));
            dump_relocation(&relocation);
        }
    }
    return STATUS_OK;
}

static enum status dump(const struct elf *elf, const char *file)
{
    Elf64_Ehdr header;
    TRY(gelf_getehdr(elf, &header));
    dump_header(file, &header);
    for (size_t i = 0; i < elf_getphdrnum(elf); i++) {
        Elf64_Phdr segment;
        TRY(gelf_getphdr(elf, i, &segment));
        dump_segment(&segment);
    }
    size_t section = 0;
    while (elf_nextscn(elf, &section))
        TRY(dump_one_section(elf, section));
    return STATUS_OK;
}

int main(int argc, char *argv[])
{
    bool failed = false;
    for (int i = 1; i < argc; i++) {
        size_t size;
        struct elf elf;
        void *image = read_file(argv[i], &size);
        if (!image || elf_begin(argv[i], image, size, &elf) != STATUS_OK) {
            const struct elf_problem *problem = image ? elf_errmsg(&elf) : nullptr;
            printf("%s: %s: %s\n", argv[i], problem ? problem->section : "",
                   problem ? problem->reason : "cannot be read");
            failed = true;
        } else if (dump(&elf, argv[i]) != STATUS_OK) {
            printf("%s: what was counted was not found\n", argv[i]);
            failed = true;
        }
        free(image);
    }
    return failed;
}
