// SPDX-License-Identifier: MIT
/// Whatever the bytes are, elf_begin() answers; and what it accepts keeps the promises of
/// elf_object.h, which the loader relies on.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cell/elf_object.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define PROMISE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static const uint8_t *image;
static const uint8_t *image_end;

/// The text starts and ends in its string table.
static void check_text(const struct elf *elf, size_t table, const char *text)
{
    struct elf_data data;
    PROMISE(elf_getdata(elf, table, &data) == STATUS_OK);
    const uint8_t *start = (const uint8_t *)text;
    const uint8_t *end = data.bytes + data.size;
    PROMISE(data.bytes >= image && end <= image_end);
    PROMISE(start && start >= data.bytes && start < end);
    PROMISE(memchr(text, '\0', (size_t)(end - start)));
}

static void check_symbol(const struct elf *elf, const Elf64_Ehdr *file, const Elf64_Shdr *table,
                         const Elf64_Sym *symbol)
{
    check_text(elf, table->sh_link, elf_strptr(elf, table->sh_link, symbol->st_name));
    Elf64_Shdr section;
    if (symbol->st_shndx == SHN_ABS || symbol->st_shndx == SHN_COMMON)
        return;
    PROMISE(gelf_getshdr(elf, symbol->st_shndx, &section) == STATUS_OK);
    if (file->e_type == ET_REL && symbol->st_shndx != SHN_UNDEF)
        PROMISE(symbol->st_value <= section.sh_size &&
                symbol->st_size <= section.sh_size - symbol->st_value);
}

static void check_relocation(const struct elf *elf, const Elf64_Ehdr *file, const Elf64_Shdr *table,
                             const Elf64_Rela *relocation)
{
    Elf64_Shdr target;
    Elf64_Sym symbol;
    if (file->e_type != ET_REL)
        return;
    PROMISE(gelf_getshdr(elf, table->sh_info, &target) == STATUS_OK);
    PROMISE(gelf_getsym(elf, table->sh_link, ELF64_R_SYM(relocation->r_info), &symbol) ==
            STATUS_OK);
    const uint64_t width = ELF64_R_TYPE(relocation->r_info) == R_X86_64_64 ? 8 : 0;
    PROMISE(relocation->r_offset <= target.sh_size &&
            width <= target.sh_size - relocation->r_offset);
}

static void check_data(const struct elf *elf, size_t section, const Elf64_Shdr *header)
{
    struct elf_data data;
    PROMISE(elf_getdata(elf, section, &data) == STATUS_OK && data.size == header->sh_size);
    PROMISE(header->sh_addralign <= UINT64_C(1) << 31);
    PROMISE((header->sh_addralign & (header->sh_addralign - 1)) == 0);
    PROMISE(data.bytes || data.size <= UINT64_C(1) << 31);
    if (data.bytes)
        PROMISE(data.bytes >= image && data.bytes <= image_end &&
                data.size <= (size_t)(image_end - data.bytes));
}

static void walk_section(const struct elf *elf, const Elf64_Ehdr *file, size_t section)
{
    Elf64_Shdr header;
    PROMISE(gelf_getshdr(elf, section, &header) == STATUS_OK);
    check_text(elf, file->e_shstrndx, elf_section_name(elf, section));
    check_data(elf, section, &header);
    const size_t count = elf_entry_count(elf, section);
    PROMISE(count == 0 || count * header.sh_entsize == header.sh_size);
    Elf64_Sym symbol;
    Elf64_Rela relocation;
    for (size_t i = 0; i < count; i++) {
        if (gelf_getsym(elf, section, i, &symbol) == STATUS_OK) {
            check_symbol(elf, file, &header, &symbol);
        } else {
            PROMISE(gelf_getrela(elf, section, i, &relocation) == STATUS_OK);
            check_relocation(elf, file, &header, &relocation);
        }
    }
    PROMISE(gelf_getsym(elf, section, count, &symbol) == STATUS_NOT_FOUND);
    PROMISE(gelf_getrela(elf, section, count, &relocation) == STATUS_NOT_FOUND);
}

static void check_segments(const struct elf *elf, size_t size)
{
    Elf64_Phdr segment;
    uint64_t used = 0;
    for (size_t i = 0; i < elf_getphdrnum(elf); i++) {
        PROMISE(gelf_getphdr(elf, i, &segment) == STATUS_OK);
        PROMISE(segment.p_offset <= size && segment.p_filesz <= size - segment.p_offset);
        if (segment.p_type != PT_LOAD)
            continue;
        PROMISE(segment.p_filesz <= segment.p_memsz && segment.p_vaddr >= used);
        used = segment.p_vaddr + segment.p_memsz;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct elf elf;
    Elf64_Ehdr file;
    image = bytes;
    image_end = bytes + size;
    const enum status status = elf_begin("input", bytes, size, &elf);
    const struct elf_problem *problem = elf_errmsg(&elf);
    if (status != STATUS_OK) {
        PROMISE(status == STATUS_DAMAGED || status == STATUS_UNSUPPORTED);
        PROMISE(strnlen(problem->section, sizeof problem->section) < sizeof problem->section);
        PROMISE(problem->reason && *problem->reason != '\0');
        PROMISE(elf_getshdrnum(&elf) == 0 && elf_getphdrnum(&elf) == 0);
        return 0;
    }
    PROMISE(!problem->reason && gelf_getehdr(&elf, &file) == STATUS_OK);
    check_segments(&elf, size);
    size_t section = 0;
    while (elf_nextscn(&elf, &section))
        walk_section(&elf, &file, section);
    (void)elf_find_section(&elf, ".text");
    return 0;
}
