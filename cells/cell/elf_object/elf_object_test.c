// SPDX-License-Identifier: MIT
/// Each test takes a good object of two sections of substance and breaks one thing in it.
#include <cell/annotations.h>
#include <cell/elf_object.h>
#include <cell/test.h>
#include <cell/text.h>

enum { NONE, TEXT, RELA_TEXT, SYMTAB, STRTAB, SHSTRTAB, SECTIONS };
enum { SYMBOL_NULL, SYMBOL_SECTION, SYMBOL_MAIN, SYMBOL_MISSING, SYMBOLS };

struct image {
    Elf64_Ehdr header;
    Elf64_Shdr sections[SECTIONS];
    Elf64_Sym symbols[SYMBOLS];
    Elf64_Rela relocations[2];
    uint8_t text[16];
    char names[48];
    char strings[16];
};

#define BYTES_OF(member)                                                                           \
    .sh_offset = offsetof(struct image, member),                                                   \
    .sh_size = sizeof(((struct image *)nullptr)->member)

static const struct image GOOD = {
    .header =
        {
            .e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
            .e_type = ET_REL,
            .e_machine = EM_X86_64,
            .e_version = EV_CURRENT,
            .e_shoff = offsetof(struct image, sections),
            .e_ehsize = sizeof(Elf64_Ehdr),
            .e_shentsize = sizeof(Elf64_Shdr),
            .e_shnum = SECTIONS,
            .e_shstrndx = SHSTRTAB,
        },
    .sections =
        {
            [TEXT] = {.sh_name = 1,
                      .sh_type = SHT_PROGBITS,
                      .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
                      BYTES_OF(text),
                      .sh_addralign = 16},
            [RELA_TEXT] = {.sh_name = 7,
                           .sh_type = SHT_RELA,
                           .sh_flags = SHF_INFO_LINK,
                           BYTES_OF(relocations),
                           .sh_link = SYMTAB,
                           .sh_info = TEXT,
                           .sh_addralign = 8,
                           .sh_entsize = sizeof(Elf64_Rela)},
            [SYMTAB] = {.sh_name = 18,
                        .sh_type = SHT_SYMTAB,
                        BYTES_OF(symbols),
                        .sh_link = STRTAB,
                        .sh_info = SYMBOL_MAIN,
                        .sh_addralign = 8,
                        .sh_entsize = sizeof(Elf64_Sym)},
            [STRTAB] = {.sh_name = 26, .sh_type = SHT_STRTAB, BYTES_OF(strings), .sh_addralign = 1},
            [SHSTRTAB] = {.sh_name = 34, .sh_type = SHT_STRTAB, BYTES_OF(names), .sh_addralign = 1},
        },
    .symbols =
        {
            [SYMBOL_SECTION] = {.st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION), .st_shndx = TEXT},
            [SYMBOL_MAIN] = {.st_name = 1,
                             .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                             .st_shndx = TEXT,
                             .st_value = 4,
                             .st_size = 12},
            [SYMBOL_MISSING] = {.st_name = 6, .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE)},
        },
    .relocations = {{1, ELF64_R_INFO(SYMBOL_MISSING, R_X86_64_PLT32), -4},
                    {8, ELF64_R_INFO(SYMBOL_SECTION, R_X86_64_64), 4}},
    .names = "\0.text\0.rela.text\0.symtab\0.strtab\0.shstrtab",
    .strings = "\0main\0missing",
};

static bool begins(const struct image *image, struct elf *elf)
{
    return elf_begin("good.cell", image, sizeof *image, elf) == STATUS_OK;
}

/// Whether the image is refused with this status and with a reason about this section.
static bool is_refused(const struct image *image, enum status expected, const char *section)
{
    struct elf elf;
    if (elf_begin("bad.cell", image, sizeof *image, &elf) != expected)
        return false;
    const struct elf_problem *problem = elf_errmsg(&elf);
    return problem->reason && text_equal(text_of(problem->section), text_of(section)) &&
           text_equal(text_of(problem->file), text_of("bad.cell")) && elf_getshdrnum(&elf) == 0 &&
           elf_find_symtab(&elf) == 0;
}

#define EXPECT_REFUSED(expected, section, change)                                                  \
    do {                                                                                           \
        struct image image = GOOD;                                                                 \
        image.change;                                                                              \
        EXPECT(is_refused(&image, (expected), (section)));                                         \
    } while (0)
#define EXPECT_DAMAGED(section, change) EXPECT_REFUSED(STATUS_DAMAGED, section, change)
#define EXPECT_UNSUPPORTED(section, change) EXPECT_REFUSED(STATUS_UNSUPPORTED, section, change)

TEST(a_good_object_has_no_problem)
{
    struct elf elf;
    EXPECT(begins(&GOOD, &elf));
    EXPECT(!elf_errmsg(&elf)->reason);
    EXPECT(elf_getshdrnum(&elf) == SECTIONS);
    EXPECT(elf_find_symtab(&elf) == SYMTAB);
    EXPECT(elf_getphdrnum(&elf) == 0);
}

TEST(walking_the_sections_skips_the_null_section_and_ends)
{
    struct elf elf;
    EXPECT(begins(&GOOD, &elf));
    size_t section = 0;
    size_t count = 0;
    while (elf_nextscn(&elf, &section))
        EXPECT(section == ++count);
    EXPECT(count == SECTIONS - 1);
    section = SIZE_MAX;
    EXPECT(!elf_nextscn(&elf, &section));
}

TEST(sections_are_found_by_name)
{
    struct elf elf;
    EXPECT(begins(&GOOD, &elf));
    EXPECT(elf_find_section(&elf, ".rela.text") == RELA_TEXT);
    EXPECT(elf_find_section(&elf, ".tex") == 0);
    EXPECT(text_equal(text_of(elf_section_name(&elf, STRTAB)), text_of(".strtab")));
    EXPECT(*elf_section_name(&elf, SECTIONS) == '\0');
}

TEST(symbols_and_relocations_are_read_as_they_stand)
{
    struct elf elf;
    EXPECT(begins(&GOOD, &elf));
    EXPECT(elf_entry_count(&elf, SYMTAB) == SYMBOLS);
    EXPECT(elf_entry_count(&elf, RELA_TEXT) == 2);
    Elf64_Sym symbol;
    EXPECT_STATUS(STATUS_OK, gelf_getsym(&elf, SYMTAB, SYMBOL_MAIN, &symbol));
    EXPECT(symbol.st_value == 4 && symbol.st_size == 12);
    EXPECT(text_equal(text_of(elf_strptr(&elf, STRTAB, symbol.st_name)), text_of("main")));
    Elf64_Rela relocation;
    EXPECT_STATUS(STATUS_OK, gelf_getrela(&elf, RELA_TEXT, 0, &relocation));
    EXPECT(relocation.r_addend == -4 && ELF64_R_SYM(relocation.r_info) == SYMBOL_MISSING);
    EXPECT(ELF64_R_TYPE(relocation.r_info) == R_X86_64_PLT32);
}

TEST(what_is_not_there_is_not_found)
{
    struct elf elf;
    EXPECT(begins(&GOOD, &elf));
    Elf64_Shdr header;
    Elf64_Sym symbol;
    Elf64_Rela relocation;
    Elf64_Phdr segment;
    struct elf_data data;
    EXPECT_STATUS(STATUS_NOT_FOUND, gelf_getshdr(&elf, SECTIONS, &header));
    EXPECT_STATUS(STATUS_NOT_FOUND, elf_getdata(&elf, SECTIONS, &data));
    EXPECT_STATUS(STATUS_NOT_FOUND, gelf_getsym(&elf, SYMTAB, SYMBOLS, &symbol));
    EXPECT_STATUS(STATUS_NOT_FOUND, gelf_getsym(&elf, TEXT, 0, &symbol));
    EXPECT_STATUS(STATUS_NOT_FOUND, gelf_getrela(&elf, RELA_TEXT, 2, &relocation));
    EXPECT_STATUS(STATUS_NOT_FOUND, gelf_getrela(&elf, SYMTAB, 0, &relocation));
    EXPECT_STATUS(STATUS_NOT_FOUND, gelf_getphdr(&elf, 0, &segment));
    EXPECT(elf_entry_count(&elf, TEXT) == 0 && elf_entry_count(&elf, SECTIONS) == 0);
    EXPECT(!elf_strptr(&elf, STRTAB, sizeof GOOD.strings));
    EXPECT(!elf_strptr(&elf, TEXT, 0) && !elf_strptr(&elf, SECTIONS, 0));
}

TEST(the_data_of_a_section_lies_in_the_image)
{
    struct elf elf;
    struct elf_data data;
    EXPECT(begins(&GOOD, &elf));
    EXPECT_STATUS(STATUS_OK, elf_getdata(&elf, TEXT, &data));
    EXPECT(data.bytes == GOOD.text && data.size == sizeof GOOD.text);
    EXPECT_STATUS(STATUS_OK, elf_getdata(&elf, NONE, &data));
    EXPECT(!data.bytes && data.size == 0);
}

TEST(a_section_without_bytes_has_a_size_and_no_bytes)
{
    struct image image = GOOD;
    struct elf elf;
    struct elf_data data;
    image.sections[TEXT].sh_type = SHT_NOBITS;
    image.sections[TEXT].sh_offset = UINT64_MAX;
    image.sections[TEXT].sh_size = 1 << 20;
    EXPECT(begins(&image, &elf));
    EXPECT_STATUS(STATUS_OK, elf_getdata(&elf, TEXT, &data));
    EXPECT(!data.bytes && data.size == 1 << 20);
    image.sections[TEXT].sh_size = UINT64_C(1) << 32;
    EXPECT(is_refused(&image, STATUS_DAMAGED, ".text"));
}

STATE struct unaligned {
    uint8_t bytes[sizeof(struct image) + 8];
} buffer;

TEST(the_image_may_be_aligned_in_any_way)
{
    for (size_t shift = 1; shift < 8; shift++) {
        for (size_t i = 0; i < sizeof GOOD; i++)
            buffer.bytes[shift + i] = ((const uint8_t *)&GOOD)[i];
        struct elf elf;
        Elf64_Ehdr header;
        EXPECT_STATUS(STATUS_OK, elf_begin("shifted", buffer.bytes + shift, sizeof GOOD, &elf));
        EXPECT_STATUS(STATUS_OK, gelf_getehdr(&elf, &header));
        EXPECT(header.e_shnum == SECTIONS);
    }
}

TEST(every_shorter_image_is_refused)
{
    for (size_t size = 0; size < offsetof(struct image, strings) + sizeof GOOD.strings; size++) {
        struct elf elf;
        Elf64_Ehdr header;
        EXPECT_STATUS(STATUS_DAMAGED, elf_begin("short", size ? &GOOD : nullptr, size, &elf));
        EXPECT(elf_errmsg(&elf)->reason);
        EXPECT_STATUS(STATUS_NOT_FOUND, gelf_getehdr(&elf, &header));
    }
}

TEST(a_header_of_another_world_is_unsupported)
{
    EXPECT_UNSUPPORTED("", header.e_ident[EI_CLASS] = 1);
    EXPECT_UNSUPPORTED("", header.e_ident[EI_DATA] = 2);
    EXPECT_UNSUPPORTED("", header.e_ident[EI_VERSION] = 2);
    EXPECT_UNSUPPORTED("", header.e_ident[EI_OSABI] = 9);
    EXPECT_UNSUPPORTED("", header.e_machine = 3);
    EXPECT_UNSUPPORTED("", header.e_type = 3);
    EXPECT_UNSUPPORTED("", header.e_version = 2);
    EXPECT_UNSUPPORTED("", header.e_shnum = 0);
    EXPECT_UNSUPPORTED("", header.e_shstrndx = SHN_XINDEX);
    EXPECT_UNSUPPORTED("", header.e_phnum = PN_XNUM);
}

TEST(what_else_a_compiler_makes_is_named)
{
    static const struct {
        const char *bytes;
        size_t size;
        enum status status;
        const char *word;
    } STRANGERS[] = {
        {"", 0, STATUS_DAMAGED, "empty"},
        {"!<arch>\n", 8, STATUS_UNSUPPORTED, "archive"},
        {"!<thin>\n", 8, STATUS_UNSUPPORTED, "archive"},
        {"BC\xC0\xDE", 4, STATUS_UNSUPPORTED, "bitcode"},
        {"\xDE\xC0\x17\x0B", 4, STATUS_UNSUPPORTED, "bitcode"},
        {"!<arch>", 7, STATUS_DAMAGED, "ELF"},
        {"\177EL", 3, STATUS_DAMAGED, "ELF"},
    };
    for (size_t i = 0; i < sizeof STRANGERS / sizeof *STRANGERS; i++) {
        struct elf elf;
        EXPECT_STATUS(STRANGERS[i].status,
                      elf_begin("stranger", STRANGERS[i].bytes, STRANGERS[i].size, &elf));
        struct text reason = text_of(elf_errmsg(&elf)->reason);
        struct text word;
        bool found = false;
        while (text_next_part(&reason, ' ', &word))
            found = found || text_starts_with(word, text_of(STRANGERS[i].word));
        EXPECT(found);
    }
}

TEST(a_header_that_contradicts_itself_is_damaged)
{
    EXPECT_DAMAGED("", header.e_ident[0] = 'E');
    EXPECT_DAMAGED("", header.e_ehsize = 52);
    EXPECT_DAMAGED("", header.e_shentsize = 40);
    EXPECT_DAMAGED("", header.e_shoff = sizeof(struct image) - 64);
    EXPECT_DAMAGED("", header.e_shoff = UINT64_MAX - 63);
    EXPECT_DAMAGED("", header.e_shoff = 0);
    EXPECT_DAMAGED("", header.e_shnum = SHN_LORESERVE);
    EXPECT_DAMAGED("", header.e_shstrndx = SECTIONS);
    EXPECT_DAMAGED("", header.e_shstrndx = 0);
    EXPECT_DAMAGED("[1]", header.e_shstrndx = TEXT);
    EXPECT_DAMAGED("", sections[NONE].sh_type = SHT_PROGBITS);
}

TEST(a_section_header_that_reaches_too_far_is_damaged)
{
    EXPECT_DAMAGED("[1]", sections[TEXT].sh_name = sizeof GOOD.names);
    EXPECT_DAMAGED(".text", sections[TEXT].sh_offset = sizeof(struct image) - 15);
    EXPECT_DAMAGED(".text", sections[TEXT].sh_offset = UINT64_MAX);
    EXPECT_DAMAGED(".text", sections[TEXT].sh_size = UINT64_MAX - 8);
    EXPECT_DAMAGED(".text", sections[TEXT].sh_addralign = 12);
    EXPECT_DAMAGED(".text", sections[TEXT].sh_addralign = UINT64_C(1) << 32);
    EXPECT_DAMAGED(".text", sections[TEXT].sh_addr = 8);
    EXPECT_DAMAGED(".text", sections[TEXT].sh_link = SECTIONS);
    EXPECT_DAMAGED(".text", sections[TEXT].sh_type = SHT_NULL);
    EXPECT_DAMAGED(".rela.text", sections[RELA_TEXT].sh_info = SECTIONS);
}

TEST(a_table_of_entries_has_whole_entries)
{
    EXPECT_DAMAGED(".symtab", sections[SYMTAB].sh_entsize = 16);
    EXPECT_DAMAGED(".symtab", sections[SYMTAB].sh_entsize = 0);
    EXPECT_DAMAGED(".symtab", sections[SYMTAB].sh_size -= 1);
    EXPECT_DAMAGED(".rela.text", sections[RELA_TEXT].sh_entsize = 25);
    EXPECT_DAMAGED(".rela.text", sections[RELA_TEXT].sh_size -= 8);
}

TEST(a_string_table_starts_and_ends_with_a_zero)
{
    EXPECT_DAMAGED(".strtab", strings[0] = 'x');
    EXPECT_DAMAGED(".strtab", strings[sizeof GOOD.strings - 1] = 'x');
    EXPECT_DAMAGED(".strtab", sections[STRTAB].sh_size = 0);
    EXPECT_DAMAGED("[5]", names[sizeof GOOD.names - 1] = 'x');
    EXPECT_DAMAGED("[5]", sections[SHSTRTAB].sh_size = 0);
}

TEST(a_symbol_is_named_and_lies_in_a_section)
{
    EXPECT_DAMAGED(".symtab", symbols[SYMBOL_MAIN].st_name = sizeof GOOD.strings);
    EXPECT_DAMAGED(".symtab", symbols[SYMBOL_MAIN].st_shndx = SECTIONS);
    EXPECT_DAMAGED(".symtab", symbols[SYMBOL_MAIN].st_shndx = SHN_LORESERVE);
    EXPECT_UNSUPPORTED(".symtab", symbols[SYMBOL_MAIN].st_shndx = SHN_XINDEX);
    EXPECT_DAMAGED(".symtab", symbols[SYMBOL_MAIN].st_value = 17);
    EXPECT_DAMAGED(".symtab", symbols[SYMBOL_MAIN].st_size = 13);
    EXPECT_DAMAGED(".symtab", symbols[SYMBOL_MAIN].st_size = UINT64_MAX);
    EXPECT_DAMAGED(".symtab", symbols[SYMBOL_MAIN].st_info = STT_FUNC);
    EXPECT_DAMAGED(".symtab", sections[SYMTAB].sh_info = SYMBOLS);
    EXPECT_DAMAGED(".symtab", sections[SYMTAB].sh_info = SYMBOLS + 1);
    EXPECT_DAMAGED(".symtab", sections[SYMTAB].sh_link = TEXT);
    EXPECT_DAMAGED(".symtab", sections[SYMTAB].sh_link = 0);
}

TEST(a_symbol_table_starts_with_the_null_symbol)
{
    EXPECT_DAMAGED(".symtab", symbols[0].st_name = 1);
    EXPECT_DAMAGED(".symtab", symbols[0].st_info = STT_FUNC);
    EXPECT_DAMAGED(".symtab", symbols[0].st_shndx = TEXT);
    EXPECT_DAMAGED(".symtab", symbols[0].st_value = 1);
    EXPECT_DAMAGED(".symtab", symbols[0].st_size = 1);
}

TEST(absolute_and_common_symbols_are_understood)
{
    struct image image = GOOD;
    struct elf elf;
    image.symbols[SYMBOL_MAIN].st_shndx = SHN_ABS;
    image.symbols[SYMBOL_MAIN].st_value = UINT64_MAX;
    image.symbols[SYMBOL_MISSING].st_shndx = SHN_COMMON;
    EXPECT(begins(&image, &elf));
}

TEST(a_relocation_patches_only_its_target)
{
    EXPECT_DAMAGED(".rela.text", relocations[0].r_offset = 13);
    EXPECT_DAMAGED(".rela.text", relocations[1].r_offset = 9);
    EXPECT_DAMAGED(".rela.text", relocations[1].r_offset = UINT64_MAX);
    EXPECT_DAMAGED(".rela.text", relocations[1].r_info = ELF64_R_INFO(SYMBOLS, R_X86_64_64));
    EXPECT_DAMAGED(".rela.text", sections[RELA_TEXT].sh_info = NONE);
    EXPECT_DAMAGED(".rela.text", sections[RELA_TEXT].sh_info = SYMTAB);
    EXPECT_DAMAGED(".rela.text", sections[RELA_TEXT].sh_link = STRTAB);
    EXPECT_UNSUPPORTED(".rela.text", sections[RELA_TEXT].sh_type = SHT_REL);
}

TEST(a_second_symbol_table_is_unsupported)
{
    EXPECT_UNSUPPORTED(".symtab", sections[RELA_TEXT] = image.sections[SYMTAB]);
}

TEST(a_compressed_section_is_unsupported)
{
    EXPECT_UNSUPPORTED(".text", sections[TEXT].sh_flags |= SHF_COMPRESSED);
}

TEST(a_section_name_is_printed_without_its_control_characters)
{
    struct image image = GOOD;
    image.names[2] = '\033';
    image.sections[TEXT].sh_addralign = 3;
    EXPECT(is_refused(&image, STATUS_DAMAGED, ".?ext"));
}

struct executable {
    Elf64_Ehdr header;
    Elf64_Phdr segments[2];
};

static struct executable good_executable(void)
{
    struct executable executable = {.header = GOOD.header};
    executable.header.e_type = ET_EXEC;
    executable.header.e_shoff = 0;
    executable.header.e_shnum = 0;
    executable.header.e_phoff = offsetof(struct executable, segments);
    executable.header.e_phnum = 2;
    executable.header.e_phentsize = sizeof(Elf64_Phdr);
    executable.segments[0] = (Elf64_Phdr){PT_LOAD, PF_R, 0, 0x400000, 0x400000, 64, 64, 0x1000};
    executable.segments[1] =
        (Elf64_Phdr){PT_LOAD, PF_R | PF_W, 16, 0x401010, 0x401010, 16, 0x2000, 0x1000};
    return executable;
}

static enum status executable_status(const struct executable *executable)
{
    struct elf elf;
    return elf_begin("nano_core.elf", executable, sizeof *executable, &elf);
}

TEST(program_headers_are_read_and_checked)
{
    struct executable executable = good_executable();
    struct elf elf;
    Elf64_Phdr segment;
    EXPECT_STATUS(STATUS_OK, elf_begin("nano_core.elf", &executable, sizeof executable, &elf));
    EXPECT(elf_getphdrnum(&elf) == 2 && elf_getshdrnum(&elf) == 0);
    EXPECT_STATUS(STATUS_OK, gelf_getphdr(&elf, 1, &segment));
    EXPECT(segment.p_memsz == 0x2000);

    executable.segments[1].p_filesz = 0x3000;
    EXPECT_STATUS(STATUS_DAMAGED, executable_status(&executable));
    executable = good_executable();
    executable.segments[1].p_memsz = 8;
    EXPECT_STATUS(STATUS_DAMAGED, executable_status(&executable));
    executable = good_executable();
    executable.segments[1].p_vaddr = 0x401018;
    EXPECT_STATUS(STATUS_DAMAGED, executable_status(&executable));
    executable = good_executable();
    executable.segments[0].p_memsz = 0x2000;
    EXPECT_STATUS(STATUS_DAMAGED, executable_status(&executable));
    executable = good_executable();
    executable.segments[1].p_memsz = UINT64_MAX;
    EXPECT_STATUS(STATUS_DAMAGED, executable_status(&executable));
    executable = good_executable();
    executable.header.e_phentsize = 32;
    EXPECT_STATUS(STATUS_DAMAGED, executable_status(&executable));
}
