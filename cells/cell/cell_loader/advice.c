// SPDX-License-Identifier: MIT
// What an object cannot have here is refused with what to do about it. Compilers call helpers and
// use relocations that this system has no place for; an option of theirs does without.
//
// Who exports a missing symbol is looked for among the cells in memory first, then in all files:
// that takes as long as reading them all, but nobody waits for a cell that is refused.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

#include <cell/policy.h>
#include <libc/format.h>
#include <libc/string.h>

enum { STT_GNU_IFUNC = 10 }; // psABI; the first of those for operating systems

// What compilers refer to by themselves. The first that fits counts.
static const struct helper {
    const char *beginning; // of the name
    const char *advice;
} HELPERS[] = {
    {"_GLOBAL_OFFSET_TABLE_", "compile with -fno-pic -mcmodel=kernel"},
    {"__stack_chk_", "compile with -fno-stack-protector"},
    {"__tls_get", "keep what is thread-local in an object of the task"},
    {"__x86_indirect_", "compile with -mindirect-branch=keep"},
    {"__x86_return_", "compile with -mfunction-return=keep"},
    {"__fentry__", "compile without -pg"},
    {"mcount", "compile without -pg"},
    {"__asan_", "compile without sanitizers"},
    {"__ubsan_", "compile without sanitizers"},
    {"__gxx_personality_", "compile with -fno-exceptions"},
    {"_Unwind_", "compile with -fno-exceptions"},
    {"__cxa_guard_", "compile with -fno-threadsafe-statics"},
    {"__cxa_", "compile with -fno-exceptions -fno-rtti"},
    {"_ZTV", "compile with -fno-rtti"},
};

static const char *helper_advice(const char *name)
{
    for (size_t i = 0; i < sizeof HELPERS / sizeof *HELPERS; i++)
        if (text_starts_with(text_of(name), text_of(HELPERS[i].beginning)))
            return HELPERS[i].advice;
    return nullptr;
}

// The name of a loaded cell that exports the symbol is copied to `by`; one that is needed already
// means another cell where this one is loaded.
static bool find_loaded(const struct load *load, const char *name, char *by, size_t size)
{
    OWNED(cell_reference, cell);
    for (uint64_t cursor = 0; cell_next(&cursor, &cell); cell_reference_drop(&cell)) {
        const struct text found = cell_of(&cell)->description.name;
        if (!cell_export(cell_of(&cell), name) || text_equal(found, text_of("nano_core")) ||
            policy_list_has(load->manifest.needs, found))
            continue;
        format_text(by, size, "%.*s", (int)found.length, found.start);
        return true;
    }
    return false;
}

static bool object_exports(const struct load *load, const char *name)
{
    Elf64_Shdr table;
    Elf64_Sym symbol;
    if (load->symtab == 0 || gelf_getshdr(&load->elf, load->symtab, &table) != STATUS_OK)
        return false;
    for (size_t i = table.sh_info; gelf_getsym(&load->elf, load->symtab, i, &symbol) == STATUS_OK;
         i++)
        if (symbol.st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) != STB_LOCAL &&
            ELF64_ST_VISIBILITY(symbol.st_other) == STV_DEFAULT &&
            strcmp(elf_strptr(&load->elf, table.sh_link, symbol.st_name), name) == 0)
            return true;
    return false;
}

static bool find_stored(struct load *load, const char *name, char *by, size_t size)
{
    struct stored_file file;
    for (size_t cursor = 0; cell_store_next(&cursor, &file);) {
        struct load other = {.file = file, .problem = load->problem};
        if (!text_ends_with(file.name, text_of(".cell")) || load_open(&other) != STATUS_OK ||
            text_equal(other.manifest.name, load->manifest.name) ||
            policy_list_has(load->manifest.needs, other.manifest.name) ||
            !object_exports(&other, name))
            continue;
        const struct text found = other.manifest.name;
        format_text(by, size, "%.*s", (int)found.length, found.start);
        return true;
    }
    return false;
}

enum status load_refuse_missing(struct load *load, const char *name)
{
    char by[64];
    if (find_loaded(load, name, by, sizeof by) || find_stored(load, name, by, sizeof by))
        return load_fail(load, STATUS_NOT_FOUND, 0,
                         "it refers to %s, which %s exports: add to its cell(): NEEDS %s", name, by,
                         by);
    const char *advice = helper_advice(name);
    if (advice)
        return load_fail(load, STATUS_NOT_FOUND, 0, "it refers to %s, which no cell exports: %s",
                         name, advice);
    return load_fail(load, STATUS_NOT_FOUND, 0, "it refers to %s, which no cell exports", name);
}

enum status load_refuse_symbol(struct load *load, unsigned type, const char *name)
{
    if (text_starts_with(text_of(name), text_of("__gnu_lto")))
        return load_fail(load, STATUS_UNSUPPORTED, 0,
                         "it holds no code but that of another compiler stage: compile without "
                         "-flto");
    switch (type) {
    case STT_COMMON:
        return load_fail(load, STATUS_UNSUPPORTED, 0,
                         "%s is a common symbol: compile with -fno-common", name);
    case STT_TLS:
        return load_fail(load, STATUS_UNSUPPORTED, 0,
                         "%s is thread-local: keep it in an object of the task", name);
    case STT_GNU_IFUNC:
        return load_fail(load, STATUS_UNSUPPORTED, 0,
                         "%s is to be chosen when it is linked, an IFUNC: call the one that is "
                         "meant",
                         name);
    default:
        return load_fail(load, STATUS_UNSUPPORTED, 0, "%s is a symbol of the unknown type %u", name,
                         type);
    }
}

// psABI, "Relocation Types".
static const char *relocation_advice(uint32_t type)
{
    switch (type) {
    case 3:  // GOT32
    case 9:  // GOTPCREL
    case 25: // GOTOFF64
    case 26: // GOTPC32
    case 27: // GOT64
    case 28: // GOTPCREL64
    case 29: // GOTPC64
    case 30: // GOTPLT64
    case 31: // PLTOFF64
    case 41: // GOTPCRELX
    case 42: // REX_GOTPCRELX
        return "compile with -fno-pic -mcmodel=kernel";
    case 16: // DTPMOD64
    case 17: // DTPOFF64
    case 18: // TPOFF64
    case 19: // TLSGD
    case 20: // TLSLD
    case 21: // DTPOFF32
    case 22: // GOTTPOFF
    case 23: // TPOFF32
    case 34: // GOTPC32_TLSDESC
    case 35: // TLSDESC_CALL
    case 36: // TLSDESC
        return "keep what is thread-local in an object of the task";
    default:
        return "use plain absolute or relative addresses";
    }
}

enum status load_refuse_relocation(struct load *load, size_t section, uint32_t type,
                                   uint64_t offset)
{
    return load_fail(load, STATUS_UNSUPPORTED, section,
                     "relocation type %u at offset 0x%lx is not of the kernel code model: %s", type,
                     offset, relocation_advice(type));
}
