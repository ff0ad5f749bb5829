// SPDX-License-Identifier: MIT
/// elf_object: reads an ELF object that lies in memory, without trusting anything in it.
///
/// The vocabulary is libelf's. elf_begin() checks the whole structure once: every offset, size,
/// alignment, index, entry and string. What the other functions hand out after it succeeded is
/// therefore in bounds, and they only refuse indices that the caller got wrong.
///
/// Only ELF64, little-endian, x86-64, relocatable (ET_REL) or executable (ET_EXEC). What this
/// promises about a checked object, for those who add these numbers up: an alignment is a power of
/// two or 0, alignments and the sizes of sections without bytes (SHT_NOBITS) are at most 2 GiB, all
/// other sizes are at most the image's. In ET_REL a symbol lies wholly in its section and a
/// relocation patches only bytes of its target.
///
/// Ownership: the caller keeps the image and the file name alive and unchanged while it uses the
/// `struct elf` or anything obtained from it. The image may be aligned in any way.
/// Callers:   any context; there is no state, no heap and no lock here.
/// Live swap: nothing to carry over.
/// Fault:     nothing to undo.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/status.h>

// The format, with the names of <elf.h>: System V ABI, Edition 4.1, chapters 4 and 5 (gABI), and
// its AMD64 supplement (psABI). A host program that wants the system's <elf.h> includes it first.
#ifndef _ELF_H

typedef uint64_t Elf64_Addr;
typedef uint64_t Elf64_Off;
typedef uint16_t Elf64_Half;
typedef uint32_t Elf64_Word;
typedef uint64_t Elf64_Xword;
typedef int64_t Elf64_Sxword;

/// gABI, "ELF Header".
enum : uint8_t {
    EI_CLASS = 4,
    EI_DATA,
    EI_VERSION,
    EI_OSABI,
    EI_NIDENT = 16,
};
#define ELFMAG "\177ELF"
#define SELFMAG 4
enum : uint8_t { ELFCLASS64 = 2, ELFDATA2LSB = 1, EV_CURRENT = 1 };
enum : uint8_t { ELFOSABI_NONE = 0, ELFOSABI_GNU = 3 };
enum : uint16_t { ET_REL = 1, ET_EXEC = 2 };
enum : uint16_t { EM_X86_64 = 62 };
enum : uint16_t { PN_XNUM = 0xffff };

typedef struct {
    unsigned char e_ident[EI_NIDENT];
    Elf64_Half e_type;
    Elf64_Half e_machine;
    Elf64_Word e_version;
    Elf64_Addr e_entry;
    Elf64_Off e_phoff;
    Elf64_Off e_shoff;
    Elf64_Word e_flags;
    Elf64_Half e_ehsize;
    Elf64_Half e_phentsize;
    Elf64_Half e_phnum;
    Elf64_Half e_shentsize;
    Elf64_Half e_shnum;
    Elf64_Half e_shstrndx;
} Elf64_Ehdr;

/// gABI, "Sections".
enum : uint16_t {
    SHN_UNDEF = 0,
    SHN_LORESERVE = 0xff00,
    SHN_ABS = 0xfff1,
    SHN_COMMON = 0xfff2,
    SHN_XINDEX = 0xffff,
};
enum : uint32_t {
    SHT_NULL = 0,
    SHT_PROGBITS,
    SHT_SYMTAB,
    SHT_STRTAB,
    SHT_RELA,
    SHT_HASH,
    SHT_DYNAMIC,
    SHT_NOTE,
    SHT_NOBITS,
    SHT_REL,
    SHT_SHLIB,
    SHT_DYNSYM,
    SHT_INIT_ARRAY = 14,
    SHT_FINI_ARRAY,
    SHT_PREINIT_ARRAY,
    SHT_GROUP,
    SHT_SYMTAB_SHNDX,
    SHT_X86_64_UNWIND = 0x70000001, ///< psABI, "Sections"
};
enum : uint32_t {
    SHF_WRITE = 1 << 0,
    SHF_ALLOC = 1 << 1,
    SHF_EXECINSTR = 1 << 2,
    SHF_MERGE = 1 << 4,
    SHF_STRINGS = 1 << 5,
    SHF_INFO_LINK = 1 << 6,
    SHF_LINK_ORDER = 1 << 7,
    SHF_GROUP = 1 << 9,
    SHF_TLS = 1 << 10,
    SHF_COMPRESSED = 1 << 11,
    SHF_GNU_RETAIN = 1 << 21,
};

typedef struct {
    Elf64_Word sh_name;
    Elf64_Word sh_type;
    Elf64_Xword sh_flags;
    Elf64_Addr sh_addr;
    Elf64_Off sh_offset;
    Elf64_Xword sh_size;
    Elf64_Word sh_link;
    Elf64_Word sh_info;
    Elf64_Xword sh_addralign;
    Elf64_Xword sh_entsize;
} Elf64_Shdr;

/// gABI, "Symbol Table".
enum : uint8_t { STB_LOCAL, STB_GLOBAL, STB_WEAK };
enum : uint8_t { STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_SECTION, STT_FILE, STT_COMMON, STT_TLS };
enum : uint8_t { STV_DEFAULT, STV_INTERNAL, STV_HIDDEN, STV_PROTECTED };
#define ELF64_ST_BIND(info) ((unsigned char)(info) >> 4)
#define ELF64_ST_TYPE(info) ((info) & 0xf)
#define ELF64_ST_INFO(bind, type) (((bind) << 4) + ((type) & 0xf))
#define ELF64_ST_VISIBILITY(other) ((other) & 0x3)

typedef struct {
    Elf64_Word st_name;
    unsigned char st_info;
    unsigned char st_other;
    Elf64_Half st_shndx;
    Elf64_Addr st_value;
    Elf64_Xword st_size;
} Elf64_Sym;

/// gABI, "Relocation"; the types are psABI, "Relocation Types".
#define ELF64_R_SYM(info) ((info) >> 32)
#define ELF64_R_TYPE(info) ((info) & 0xffffffff)
#define ELF64_R_INFO(symbol, type) (((Elf64_Xword)(symbol) << 32) + (type))
enum : uint32_t {
    R_X86_64_NONE = 0,
    R_X86_64_64 = 1,
    R_X86_64_PC32 = 2,
    R_X86_64_PLT32 = 4,
    R_X86_64_GOTPCREL = 9,
    R_X86_64_32 = 10,
    R_X86_64_32S = 11,
    R_X86_64_PC64 = 24,
};

typedef struct {
    Elf64_Addr r_offset;
    Elf64_Xword r_info;
    Elf64_Sxword r_addend;
} Elf64_Rela;

/// gABI, "Program Header".
enum : uint32_t { PT_NULL, PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_SHLIB, PT_PHDR, PT_TLS };
enum : uint32_t { PF_X = 1 << 0, PF_W = 1 << 1, PF_R = 1 << 2 };

typedef struct {
    Elf64_Word p_type;
    Elf64_Word p_flags;
    Elf64_Off p_offset;
    Elf64_Addr p_vaddr;
    Elf64_Addr p_paddr;
    Elf64_Xword p_filesz;
    Elf64_Xword p_memsz;
    Elf64_Xword p_align;
} Elf64_Phdr;

#endif

static_assert(sizeof(Elf64_Ehdr) == 64 && sizeof(Elf64_Shdr) == 64 && sizeof(Elf64_Phdr) == 56);
static_assert(sizeof(Elf64_Sym) == 24 && sizeof(Elf64_Rela) == 24);

/// Why an object was refused.
struct elf_problem {
    const char *file;   ///< as given to elf_begin()
    char section[48];   ///< name, or "[12]" where there is none to trust; "": not about a section
    const char *reason; ///< static sentence without a full stop; null: there is no problem
};

/// A checked object. The fields are private to this cell.
struct elf {
    const char *file;
    const uint8_t *image;
    size_t size;
    size_t section_table; ///< offset in the image
    size_t section_count;
    size_t segment_table; ///< offset in the image
    size_t segment_count;
    size_t names;        ///< section with the section names; 0: not checked yet
    size_t names_offset; ///< of its strings in the image
    size_t symtab;       ///< 0: none
    struct elf_problem problem;
};

/// The contents of a section.
struct elf_data {
    const uint8_t *bytes; ///< null for a section without bytes in the image (SHT_NOBITS, SHT_NULL)
    size_t size;          ///< sh_size
};

/// Checks the object of `size` bytes at `image`, which messages call `file`.
/// STATUS_DAMAGED: it breaks a rule of the format. STATUS_UNSUPPORTED: another class, byte order,
/// machine or type of file, or a feature that cells do not use (65,280 sections or more, compressed
/// sections, relocations without addends, two symbol tables).
/// On failure elf_errmsg() says why, and the object appears empty to all other functions.
enum status elf_begin(const char *file, const void *image, size_t size, struct elf *elf);

/// Why elf_begin() failed; its `reason` is null if it did not.
const struct elf_problem *elf_errmsg(const struct elf *elf);

/// The number of sections, the null section included.
size_t elf_getshdrnum(const struct elf *elf);

/// Steps to the next section: from 0 to the first after the null section. False: no more.
bool elf_nextscn(const struct elf *elf, size_t *section);

/// STATUS_NOT_FOUND: elf_begin() failed.
enum status gelf_getehdr(const struct elf *elf, Elf64_Ehdr *header);

/// STATUS_NOT_FOUND: no such section.
enum status gelf_getshdr(const struct elf *elf, size_t section, Elf64_Shdr *header);

/// The name of a section; "" for an index that is out of bounds.
const char *elf_section_name(const struct elf *elf, size_t section);

/// The string at `offset` of a string table; null where there is none.
const char *elf_strptr(const struct elf *elf, size_t section, size_t offset);

/// STATUS_NOT_FOUND: no such section.
enum status elf_getdata(const struct elf *elf, size_t section, struct elf_data *data);

/// The number of symbols or relocations in a section, 0 for a section of another type.
size_t elf_entry_count(const struct elf *elf, size_t section);

/// STATUS_NOT_FOUND: no such symbol, or `symtab` is no symbol table.
enum status gelf_getsym(const struct elf *elf, size_t symtab, size_t index, Elf64_Sym *symbol);

/// STATUS_NOT_FOUND: no such relocation, or `section` holds none.
enum status gelf_getrela(const struct elf *elf, size_t section, size_t index,
                         Elf64_Rela *relocation);

/// The number of program headers.
size_t elf_getphdrnum(const struct elf *elf);

/// STATUS_NOT_FOUND: no such program header.
enum status gelf_getphdr(const struct elf *elf, size_t index, Elf64_Phdr *header);

/// The first section of this name, 0: none.
size_t elf_find_section(const struct elf *elf, const char *name);

/// The section of type SHT_SYMTAB, 0: none.
size_t elf_find_symtab(const struct elf *elf);
