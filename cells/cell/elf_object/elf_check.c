// SPDX-License-Identifier: MIT
/// The checking half of elf_object.
///
/// The order matters: a step uses only what the steps before it have checked. The file header, the
/// bounds of the section table, the section with the names, then every section header by itself,
/// and only then what sections say about each other.
///
/// The loops over symbols and relocations are what boot spends its time in: they look nothing up
/// that can be known before, and decide by comparisons alone.
#include "elf_check.h"

static const char TOO_MANY[] =
    "the object has 65,280 sections or more: join them by ld -r, or make several cells";

static constexpr uint64_t LARGEST = UINT64_C(1) << 31; ///< the code model reaches 2 GiB

/// Bytes that a relocation patches, by type: psABI, "Relocation Types".
static const uint8_t RELOCATION_WIDTHS[] = {
    0, 8, 4, 4, 4, 0, 8, 8, 8, 4, 4, 4, 2, 2, 1,  1, 8, 8, 8, 4, 4, 4,
    4, 4, 8, 8, 4, 8, 8, 8, 8, 8, 4, 8, 4, 0, 16, 8, 8, 4, 4, 4, 4,
};

static constexpr uint64_t WIDEST = 16; ///< of these

static void problem_number(struct elf_problem *problem, size_t number)
{
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    char *out = problem->section;
    *out++ = '[';
    while (count > 0)
        *out++ = digits[--count];
    *out++ = ']';
    *out = '\0';
}

static void problem_name(struct elf_problem *problem, const char *name)
{
    size_t length = 0;
    for (; length + 1 < sizeof problem->section && name[length] != '\0'; length++) {
        const bool printable = name[length] >= ' ' && name[length] <= '~';
        problem->section[length] = printable ? name[length] : '?';
    }
    problem->section[length] = '\0';
}

/// Notes the problem. `section` is 0 where it concerns the file.
static enum status refuse(struct elf *elf, enum status status, size_t section, const char *reason)
{
    elf->problem.reason = reason;
    if (section == 0)
        return status;
    const char *name = "";
    if (elf->names != 0)
        name = elf_strptr(elf, elf->names, elf_shdr(elf, section).sh_name);
    if (name && *name != '\0')
        problem_name(&elf->problem, name);
    else
        problem_number(&elf->problem, section);
    return status;
}

static enum status damaged(struct elf *elf, size_t section, const char *reason)
{
    return refuse(elf, STATUS_DAMAGED, section, reason);
}

static enum status unsupported(struct elf *elf, size_t section, const char *reason)
{
    return refuse(elf, STATUS_UNSUPPORTED, section, reason);
}

static bool in_image(const struct elf *elf, uint64_t offset, uint64_t size)
{
    return offset <= elf->size && size <= elf->size - offset;
}

/// 0 stands for no constraint, like 1.
static bool is_alignment(uint64_t alignment)
{
    return (alignment & (alignment - 1)) == 0 && alignment <= LARGEST;
}

static bool begins_with(const struct elf *elf, const void *mark, size_t length)
{
    return elf->size >= length && __builtin_memcmp(elf->image, mark, length) == 0;
}

/// Says of a file that is no ELF object what else it is, if it is what compilers make.
static enum status refuse_stranger(struct elf *elf)
{
    static const uint8_t WRAPPED[] = {0xDE, 0xC0, 0x17, 0x0B};
    if (elf->size == 0)
        return damaged(elf, 0, "the file is empty");
    if (begins_with(elf, "!<arch>\n", 8) || begins_with(elf, "!<thin>\n", 8))
        return unsupported(elf, 0, "this is an archive of objects: join them by ld -r");
    if (begins_with(elf, "BC\xC0\xDE", 4) || begins_with(elf, WRAPPED, 4))
        return unsupported(elf, 0, "this is LLVM bitcode: compile with -c, without -flto");
    return damaged(elf, 0, "this is not an ELF object");
}

static enum status check_identification(struct elf *elf)
{
    if (!begins_with(elf, ELFMAG, SELFMAG))
        return refuse_stranger(elf);
    if (elf->size < sizeof(Elf64_Ehdr))
        return damaged(elf, 0, "the file ends within its header");
    const uint8_t *ident = elf->image;
    if (ident[EI_CLASS] != ELFCLASS64)
        return unsupported(elf, 0, "the object is not of the 64-bit class: compile with -m64");
    if (ident[EI_DATA] != ELFDATA2LSB)
        return unsupported(elf, 0, "the object is not little-endian: compile for x86-64");
    if (ident[EI_VERSION] != EV_CURRENT)
        return unsupported(elf, 0, "the object has an unknown version of the format");
    if (ident[EI_OSABI] != ELFOSABI_NONE && ident[EI_OSABI] != ELFOSABI_GNU)
        return unsupported(elf, 0, "the object is for another operating system");
    return STATUS_OK;
}

static enum status check_header(struct elf *elf, const Elf64_Ehdr *header)
{
    if (header->e_machine != EM_X86_64)
        return unsupported(elf, 0,
                           "the object is for another machine than x86-64: compile for that");
    if (header->e_type != ET_REL && header->e_type != ET_EXEC)
        return unsupported(
            elf, 0, "the file is neither a relocatable object nor an executable: compile with -c");
    if (header->e_version != EV_CURRENT)
        return unsupported(elf, 0, "the object has an unknown version of the format");
    if (header->e_ehsize != sizeof *header)
        return damaged(elf, 0, "the header gives itself a wrong size");
    return STATUS_OK;
}

static enum status check_segment(struct elf *elf, const Elf64_Phdr *segment, uint64_t *used)
{
    if (!in_image(elf, segment->p_offset, segment->p_filesz))
        return damaged(elf, 0, "a segment reaches beyond the end of the file");
    if (segment->p_type != PT_LOAD)
        return STATUS_OK;
    if (segment->p_filesz > segment->p_memsz)
        return damaged(elf, 0, "a segment has more bytes than memory");
    if (segment->p_memsz > UINT64_MAX - segment->p_vaddr)
        return damaged(elf, 0, "a segment wraps around the end of the address space");
    if (!is_alignment(segment->p_align))
        return damaged(elf, 0, "the alignment of a segment is no power of two");
    if (segment->p_align > 1 &&
        ((segment->p_vaddr - segment->p_offset) & (segment->p_align - 1)) != 0)
        return damaged(elf, 0, "the address and the offset of a segment do not fit its alignment");
    if (segment->p_vaddr < *used)
        return damaged(elf, 0, "segments overlap or are not in the order of their addresses");
    *used = segment->p_vaddr + segment->p_memsz;
    return STATUS_OK;
}

static enum status check_segments(struct elf *elf, const Elf64_Ehdr *header)
{
    if (header->e_phnum == 0)
        return STATUS_OK;
    if (header->e_phnum == PN_XNUM)
        return unsupported(elf, 0, "the file has too many segments");
    if (header->e_phentsize != sizeof(Elf64_Phdr))
        return damaged(elf, 0, "program headers have a wrong size");
    if (!in_image(elf, header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr)))
        return damaged(elf, 0, "the program headers reach beyond the end of the file");
    elf->segment_table = header->e_phoff;
    elf->segment_count = header->e_phnum;
    uint64_t used = 0;
    for (size_t i = 0; i < elf->segment_count; i++) {
        Elf64_Phdr segment;
        ELF_COPY(&segment, elf, elf->segment_table + i * sizeof segment);
        TRY(check_segment(elf, &segment, &used));
    }
    return STATUS_OK;
}

static enum status check_section_table(struct elf *elf, const Elf64_Ehdr *header)
{
    if (header->e_shoff == 0)
        return header->e_shnum == 0 ? STATUS_OK
                                    : damaged(elf, 0, "there are sections, but no section table");
    if (header->e_shnum == 0 || header->e_shstrndx == SHN_XINDEX)
        return unsupported(elf, 0, TOO_MANY);
    if (header->e_shnum >= SHN_LORESERVE)
        return damaged(elf, 0, "the number of sections is a reserved one");
    if (header->e_shentsize != sizeof(Elf64_Shdr))
        return damaged(elf, 0, "section headers have a wrong size");
    if (!in_image(elf, header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr)))
        return damaged(elf, 0, "the section table reaches beyond the end of the file");
    elf->section_table = header->e_shoff;
    elf->section_count = header->e_shnum;
    if (elf_shdr(elf, 0).sh_type != SHT_NULL)
        return damaged(elf, 0, "the section table does not start with the null section");
    return STATUS_OK;
}

static enum status check_string_table(struct elf *elf, size_t section, const Elf64_Shdr *table)
{
    if (table->sh_type != SHT_STRTAB)
        return damaged(elf, section, "names are to be in a section that is no string table");
    if (!in_image(elf, table->sh_offset, table->sh_size))
        return damaged(elf, section, "the section reaches beyond the end of the file");
    if (table->sh_size == 0)
        return damaged(elf, section, "the string table is empty");
    const uint8_t *strings = elf->image + table->sh_offset;
    if (strings[0] != '\0')
        return damaged(elf, section, "the string table does not start with an empty string");
    if (strings[table->sh_size - 1] != '\0')
        return damaged(elf, section, "the last string of the string table has no end");
    return STATUS_OK;
}

static enum status check_names(struct elf *elf, size_t section)
{
    if (elf->section_count == 0)
        return STATUS_OK;
    if (section == SHN_UNDEF || section >= elf->section_count)
        return damaged(elf, 0, "there is no section with the names of sections");
    const Elf64_Shdr names = elf_shdr(elf, section);
    TRY(check_string_table(elf, section, &names));
    elf->names = section;
    elf->names_offset = names.sh_offset;
    return STATUS_OK;
}

static enum status check_entries(struct elf *elf, size_t section, const Elf64_Shdr *header,
                                 size_t entry)
{
    if (header->sh_entsize != entry)
        return damaged(elf, section, "entries of the section have a wrong size");
    if (header->sh_size % entry != 0)
        return damaged(elf, section, "the section ends within an entry");
    return STATUS_OK;
}

/// What can be said by the type alone.
static enum status check_type(struct elf *elf, size_t section, const Elf64_Shdr *header)
{
    switch (header->sh_type) {
    case SHT_SYMTAB:
        if (elf->symtab != 0)
            return unsupported(elf, section, "there is a second symbol table");
        elf->symtab = section;
        return check_entries(elf, section, header, sizeof(Elf64_Sym));
    case SHT_DYNSYM:
        return check_entries(elf, section, header, sizeof(Elf64_Sym));
    case SHT_RELA:
        return check_entries(elf, section, header, sizeof(Elf64_Rela));
    case SHT_GROUP:
        return check_entries(elf, section, header, sizeof(Elf64_Word));
    case SHT_STRTAB:
        return check_string_table(elf, section, header);
    case SHT_REL:
        return unsupported(elf, section, "relocations without addends are not used on x86-64");
    case SHT_SYMTAB_SHNDX:
        return unsupported(elf, section, TOO_MANY);
    default:
        return STATUS_OK;
    }
}

static enum status check_section(struct elf *elf, size_t section)
{
    const Elf64_Shdr header = elf_shdr(elf, section);
    if (!elf_strptr(elf, elf->names, header.sh_name))
        return damaged(elf, section, "the name of the section is outside the string table");
    if (header.sh_type == SHT_NULL) {
        const bool unused = (header.sh_flags | header.sh_size | header.sh_addralign) == 0;
        return unused ? STATUS_OK : damaged(elf, section, "an unused section has properties");
    }
    if (!is_alignment(header.sh_addralign))
        return damaged(elf, section, "the alignment of the section is no power of two up to 2 GiB");
    if (header.sh_addralign > 1 && (header.sh_addr & (header.sh_addralign - 1)) != 0)
        return damaged(elf, section, "the address of the section does not fit its alignment");
    if (header.sh_flags & SHF_COMPRESSED)
        return unsupported(elf, section, "the section is compressed: compile without -gz");
    if (header.sh_type == SHT_NOBITS) {
        if (header.sh_size > LARGEST)
            return damaged(elf, section, "the section is larger than 2 GiB");
    } else if (!in_image(elf, header.sh_offset, header.sh_size)) {
        return damaged(elf, section, "the section reaches beyond the end of the file");
    }
    if (header.sh_link >= elf->section_count)
        return damaged(elf, section, "the section is linked to one that does not exist");
    if ((header.sh_flags & SHF_INFO_LINK) && header.sh_info >= elf->section_count)
        return damaged(elf, section, "the section is about one that does not exist");
    return check_type(elf, section, &header);
}

/// For a symbol whose section index is not that of a section.
static enum status check_reserved_index(struct elf *elf, size_t section, Elf64_Half index)
{
    if (index == SHN_ABS || index == SHN_COMMON)
        return STATUS_OK;
    if (index == SHN_XINDEX)
        return unsupported(elf, section, TOO_MANY);
    return damaged(elf, section, "a symbol is in a section that does not exist");
}

static bool is_null_symbol(const struct elf *elf, const Elf64_Shdr *table)
{
    Elf64_Sym symbol;
    ELF_COPY(&symbol, elf, table->sh_offset);
    return (symbol.st_name | symbol.st_info | symbol.st_other | symbol.st_shndx) == 0 &&
           (symbol.st_value | symbol.st_size) == 0;
}

static enum status check_symbols(struct elf *elf, size_t section, bool relocatable)
{
    const Elf64_Shdr table = elf_shdr(elf, section);
    const Elf64_Shdr names = elf_shdr(elf, table.sh_link);
    const size_t count = table.sh_size / sizeof(Elf64_Sym);
    if (names.sh_type != SHT_STRTAB)
        return damaged(elf, section, "the names of its symbols are in no string table");
    if (table.sh_info > count)
        return damaged(elf, section, "it counts more local symbols than symbols");
    if (count > 0 && !is_null_symbol(elf, &table))
        return damaged(elf, section, "the symbol table does not start with the null symbol");
    for (size_t i = 0; i < count; i++) {
        Elf64_Sym symbol;
        ELF_COPY(&symbol, elf, table.sh_offset + i * sizeof symbol);
        if (symbol.st_name >= names.sh_size)
            return damaged(elf, section, "the name of a symbol is outside the string table");
        if ((ELF64_ST_BIND(symbol.st_info) == STB_LOCAL) != (i < table.sh_info))
            return damaged(elf, section, "local symbols do not come before the others");
        if (symbol.st_shndx >= elf->section_count) {
            TRY(check_reserved_index(elf, section, symbol.st_shndx));
        } else if (relocatable && symbol.st_shndx != SHN_UNDEF) {
            const uint64_t size = elf_shdr(elf, symbol.st_shndx).sh_size;
            if (symbol.st_value > size || symbol.st_size > size - symbol.st_value)
                return damaged(elf, section, "a symbol reaches beyond its section");
        }
    }
    return STATUS_OK;
}

static bool can_be_relocated(const Elf64_Shdr *target)
{
    switch (target->sh_type) {
    case SHT_NULL:
    case SHT_SYMTAB:
    case SHT_DYNSYM:
    case SHT_STRTAB:
    case SHT_RELA:
    case SHT_GROUP:
        return false;
    default:
        return true;
    }
}

static bool is_within(const Elf64_Rela *relocation, uint64_t size)
{
    const size_t type = ELF64_R_TYPE(relocation->r_info);
    const size_t width = type < sizeof RELOCATION_WIDTHS ? RELOCATION_WIDTHS[type] : 1;
    return relocation->r_offset <= size && width <= size - relocation->r_offset;
}

/// In ET_EXEC the offsets are addresses and nobody patches by them: only symbols are checked.
static enum status check_relocations(struct elf *elf, size_t section, bool relocatable)
{
    const Elf64_Shdr table = elf_shdr(elf, section);
    const Elf64_Shdr symbols = elf_shdr(elf, table.sh_link);
    const bool linked = symbols.sh_type == SHT_SYMTAB || symbols.sh_type == SHT_DYNSYM;
    const size_t symbol_count = linked ? symbols.sh_size / sizeof(Elf64_Sym) : 1;
    uint64_t size = UINT64_MAX;
    if (relocatable) {
        if (!linked)
            return damaged(elf, section, "its relocations refer to no symbol table");
        if (table.sh_info >= elf->section_count)
            return damaged(elf, section, "the section is about one that does not exist");
        const Elf64_Shdr target = elf_shdr(elf, table.sh_info);
        if (!can_be_relocated(&target))
            return damaged(elf, section, "its relocations are for a section that can have none");
        size = target.sh_size;
    }
    const uint64_t safe = size > WIDEST ? size - WIDEST : 0; // no type matters before it
    const size_t count = table.sh_size / sizeof(Elf64_Rela);
    for (size_t i = 0; i < count; i++) {
        Elf64_Rela relocation;
        ELF_COPY(&relocation, elf, table.sh_offset + i * sizeof relocation);
        if (relocation.r_offset >= safe && !is_within(&relocation, size))
            return damaged(elf, section, "a relocation is outside the section that it is for");
        if (ELF64_R_SYM(relocation.r_info) >= symbol_count)
            return damaged(elf, section, "a relocation refers to a symbol that does not exist");
    }
    return STATUS_OK;
}

/// gABI, "Section Groups": a word of flags, then the sections of the group.
static enum status check_group(struct elf *elf, size_t section)
{
    const Elf64_Shdr group = elf_shdr(elf, section);
    const Elf64_Shdr symbols = elf_shdr(elf, group.sh_link);
    if (symbols.sh_type != SHT_SYMTAB || group.sh_info >= symbols.sh_size / sizeof(Elf64_Sym))
        return damaged(elf, section, "the group is named by a symbol that does not exist");
    for (size_t i = 1; i < group.sh_size / sizeof(Elf64_Word); i++) {
        Elf64_Word member;
        ELF_COPY(&member, elf, group.sh_offset + i * sizeof member);
        if (member == SHN_UNDEF || member >= elf->section_count)
            return damaged(elf, section, "the group has a section that does not exist");
    }
    return STATUS_OK;
}

static enum status check_contents(struct elf *elf, size_t section, bool relocatable)
{
    switch (elf_shdr(elf, section).sh_type) {
    case SHT_SYMTAB:
    case SHT_DYNSYM:
        return check_symbols(elf, section, relocatable);
    case SHT_RELA:
        return check_relocations(elf, section, relocatable);
    case SHT_GROUP:
        return check_group(elf, section);
    default:
        return STATUS_OK;
    }
}

enum status elf_check(struct elf *elf)
{
    TRY(check_identification(elf));
    Elf64_Ehdr header;
    ELF_COPY(&header, elf, 0);
    TRY(check_header(elf, &header));
    TRY(check_segments(elf, &header));
    TRY(check_section_table(elf, &header));
    TRY(check_names(elf, header.e_shstrndx));
    for (size_t i = 1; i < elf->section_count; i++)
        TRY(check_section(elf, i));
    for (size_t i = 1; i < elf->section_count; i++)
        TRY(check_contents(elf, i, header.e_type == ET_REL));
    return STATUS_OK;
}
