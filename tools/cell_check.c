// SPDX-License-Identifier: MIT
/// cell_check: refuses a cell that the loader would refuse, while its author is looking.
///
///     cell_check POLICY NAME.cell NEEDED.cell...
///
/// The needed cells are those of the manifest's NEEDS. What POLICY grants, and which instructions
/// want a capability, is judged by the loader's own sources; LLVM's disassembler must agree.
/// Status: 0 the cell is good, 1 a sentence per problem is on the standard error, 2 wrong usage. It
/// uses the system's libelf, and so is also a second opinion about what our own reader will see.
#include "abi_check.h"
#include "code_check.h"

#include <cell/code_scan.h>
#include <cell/policy.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VALUE_SIZE = 2048 }; ///< of a line of the manifest

struct cell {
    char name[128]; ///< file name without .cell
    Elf *elf;
    size_t section_names; ///< section
    size_t symbol_names;  ///< section; 0: the cell has no symbols
    Elf_Data *symbols;
    int symbol_count;
    const char *manifest; ///< null: there is none
    size_t manifest_size;
    struct abi_cell abi;
};

static int problems;

[[gnu::format(printf, 2, 3)]] static void complain(const struct cell *cell, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "cell %s ", cell->name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    problems++;
}

/// For what leaves nothing to look at.
[[noreturn]] static void stop(const char *path, const char *reason)
{
    fprintf(stderr, "%s cannot be read: %s\n", path, reason);
    exit(1);
}

static const char *section_name(const struct cell *cell, Elf_Scn *section)
{
    GElf_Shdr header;
    const char *name = nullptr;
    if (gelf_getshdr(section, &header))
        name = elf_strptr(cell->elf, cell->section_names, header.sh_name);
    return name ? name : "";
}

static void read_section(struct cell *cell, Elf_Scn *section)
{
    GElf_Shdr header;
    Elf_Data *data = elf_getdata(section, nullptr);
    if (!gelf_getshdr(section, &header))
        return;
    if (header.sh_type == SHT_SYMTAB && data && header.sh_entsize != 0) {
        cell->symbols = data;
        cell->symbol_names = header.sh_link;
        cell->symbol_count = (int)(header.sh_size / header.sh_entsize);
    } else if (strcmp(section_name(cell, section), ".cell.manifest") == 0 && data) {
        cell->manifest = data->d_buf;
        cell->manifest_size = data->d_size;
    } else if (strcmp(section_name(cell, section), ".cell.abi") == 0 && data) {
        cell->abi.bytes = data->d_buf;
        cell->abi.size = data->d_size;
    }
}

static struct cell cell_open(const char *path)
{
    struct cell cell = {};
    const char *slash = strrchr(path, '/');
    snprintf(cell.name, sizeof cell.name, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(cell.name, '.');
    if (dot)
        *dot = '\0';

    const int file = open(path, O_RDONLY);
    if (file < 0)
        stop(path, "it cannot be opened");
    cell.elf = elf_begin(file, ELF_C_READ, nullptr);
    GElf_Ehdr header;
    if (!cell.elf || !gelf_getehdr(cell.elf, &header))
        stop(path, elf_errmsg(-1));
    if (header.e_type != ET_REL || header.e_machine != EM_X86_64)
        stop(path, "it is no relocatable object for x86-64");
    if (elf_getshdrstrndx(cell.elf, &cell.section_names) != 0)
        stop(path, elf_errmsg(-1));
    for (Elf_Scn *s = elf_nextscn(cell.elf, nullptr); s; s = elf_nextscn(cell.elf, s))
        read_section(&cell, s);
    return cell;
}

/// The symbol at `index` and its name. False: there is no such symbol.
static bool symbol_at(const struct cell *cell, int index, GElf_Sym *symbol, const char **name)
{
    if (index >= cell->symbol_count || !gelf_getsym(cell->symbols, index, symbol))
        return false;
    *name = elf_strptr(cell->elf, cell->symbol_names, symbol->st_name);
    return *name != nullptr;
}

static bool is_exported(const GElf_Sym *symbol)
{
    const int visibility = GELF_ST_VISIBILITY(symbol->st_other);
    return symbol->st_shndx != SHN_UNDEF && GELF_ST_BIND(symbol->st_info) != STB_LOCAL &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

enum wanted { ANYTHING, A_FUNCTION };

static bool exports(const struct cell *cell, const char *wanted, enum wanted what)
{
    GElf_Sym symbol;
    const char *name;
    for (int i = 1; symbol_at(cell, i, &symbol, &name); i++)
        if (is_exported(&symbol) && strcmp(name, wanted) == 0)
            return what == ANYTHING || GELF_ST_TYPE(symbol.st_info) == STT_FUNC;
    return false;
}

/// Copies the value of a key of the manifest; false, with an empty value: it has none.
static bool manifest_value(const struct cell *cell, const char *key, char value[static VALUE_SIZE])
{
    const size_t key_size = strlen(key);
    const char *line = cell->manifest;
    const char *end = line ? line + cell->manifest_size : nullptr;
    *value = '\0';
    while (line && line < end) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        const size_t size = (size_t)((line_end ? line_end : end) - line);
        if (size > key_size + 2 && memcmp(line, key, key_size) == 0 && line[key_size] == ':') {
            snprintf(value, VALUE_SIZE, "%.*s", (int)(size - key_size - 2), line + key_size + 2);
            return true;
        }
        line = line_end ? line_end + 1 : nullptr;
    }
    return false;
}

static void check_section(const struct cell *cell, Elf_Scn *section, const GElf_Shdr *header)
{
    const char *name = section_name(cell, section);
    if ((header->sh_flags & SHF_WRITE) && (header->sh_flags & SHF_EXECINSTR))
        complain(cell, "has the section %s, writable and executable: separate code from data",
                 name);
    if (header->sh_flags & SHF_TLS)
        complain(cell, "has the thread-local section %s: keep such state in an object of the task",
                 name);
    const bool runs_by_itself = header->sh_type == SHT_INIT_ARRAY ||
                                header->sh_type == SHT_FINI_ARRAY ||
                                header->sh_type == SHT_PREINIT_ARRAY ||
                                strncmp(name, ".ctors", 6) == 0 || strncmp(name, ".dtors", 6) == 0;
    if (runs_by_itself)
        complain(cell, "has constructors or destructors in %s: name them START and STOP instead",
                 name);
}

static bool is_got_relocation(GElf_Xword type)
{
    switch (type) {
    case R_X86_64_GOT32:
    case R_X86_64_GOTPCREL:
    case R_X86_64_GOTOFF64:
    case R_X86_64_GOTPC32:
    case R_X86_64_GOT64:
    case R_X86_64_GOTPCREL64:
    case R_X86_64_GOTPC64:
    case R_X86_64_GOTPLT64:
    case R_X86_64_GOTPCRELX:
    case R_X86_64_REX_GOTPCRELX:
        return true;
    default:
        return false;
    }
}

static bool is_known_relocation(GElf_Xword type)
{
    return type == R_X86_64_64 || type == R_X86_64_PC32 || type == R_X86_64_PLT32 ||
           type == R_X86_64_32S || type == R_X86_64_32 || type == R_X86_64_PC64;
}

static void check_relocations(const struct cell *cell, Elf_Scn *section, const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(section, nullptr);
    if (!data)
        stop(cell->name, elf_errmsg(-1));
    const int count = (int)(header->sh_size / sizeof(Elf64_Rela));
    GElf_Rela relocation;
    for (int i = 0; i < count && gelf_getrela(data, i, &relocation); i++) {
        const GElf_Xword type = GELF_R_TYPE(relocation.r_info);
        GElf_Sym symbol;
        const char *name = "";
        symbol_at(cell, (int)GELF_R_SYM(relocation.r_info), &symbol, &name);
        if (is_got_relocation(type))
            complain(cell,
                     "reaches %s through a global offset table in %s: compile it with -fno-pic",
                     name, section_name(cell, section));
        else if (!is_known_relocation(type))
            complain(cell,
                     "has a relocation of type %u to %s in %s, which the loader does not know: use "
                     "plain absolute or relative addresses",
                     (unsigned)type, name, section_name(cell, section));
    }
}

static void check_sections(const struct cell *cell)
{
    for (Elf_Scn *s = elf_nextscn(cell->elf, nullptr); s; s = elf_nextscn(cell->elf, s)) {
        GElf_Shdr header;
        if (!gelf_getshdr(s, &header))
            stop(cell->name, elf_errmsg(-1));
        check_section(cell, s, &header);
        if (header.sh_type == SHT_RELA)
            check_relocations(cell, s, &header);
        else if (header.sh_type == SHT_REL)
            complain(cell, "has relocations without addends in %s: compile it for x86-64",
                     section_name(cell, s));
    }
}

static void check_import(const struct cell *cell, const char *name, const struct cell *needed,
                         int needed_count)
{
    const struct cell *provider = nullptr;
    for (int i = 0; i < needed_count; i++) {
        if (!exports(&needed[i], name, ANYTHING))
            continue;
        if (provider)
            complain(cell, "calls %s, which both %s and %s export: rename one of them", name,
                     provider->name, needed[i].name);
        provider = &needed[i];
    }
    char sentence[ABI_SENTENCE];
    if (!provider)
        complain(cell, "calls %s, which no cell in its NEEDS exports: declare the cell that does",
                 name);
    else if (!abi_check_import(&cell->abi, &provider->abi, name, sentence))
        complain(cell, "does not fit: %s", sentence);
}

/// Compares what was compiled in with what the headers of the needed cells show now.
static void check_compiled_in(const struct cell *cell, const struct cell *needed, int needed_count)
{
    char sentence[ABI_SENTENCE];
    struct abi_cell *providers = calloc((size_t)needed_count + 1, sizeof *providers);
    if (!providers)
        stop(cell->name, "there is no memory");
    for (int i = 0; i < needed_count; i++)
        providers[i] = needed[i].abi;
    for (unsigned i = 0; abi_check_used(&cell->abi, providers, (size_t)needed_count, &i, sentence);)
        complain(cell, "does not fit: %s", sentence);
    free(providers);
}

/// Whether the cell is for general registers only; its manifest says if not.
static bool is_general(const struct cell *cell)
{
    char value[VALUE_SIZE];
    return !manifest_value(cell, "simd", value) || strcmp(value, "yes") != 0;
}

static void check_symbols(const struct cell *cell, const struct cell *needed, int needed_count)
{
    const bool general = is_general(cell);
    GElf_Sym symbol;
    const char *name;
    for (int i = 1; symbol_at(cell, i, &symbol, &name); i++) {
        if (symbol.st_shndx == SHN_COMMON)
            complain(cell, "has the common symbol %s: compile it with -fno-common", name);
        if (GELF_ST_TYPE(symbol.st_info) == STT_TLS)
            complain(cell, "has the thread-local symbol %s: keep it in an object of the task",
                     name);
        if (symbol.st_shndx == SHN_UNDEF && general && code_is_soft_float(name))
            complain(
                cell,
                "computes with floating point, for it calls %s: compute with integers, or give "
                "it SIMD in its CMakeLists.txt",
                name);
        else if (symbol.st_shndx == SHN_UNDEF)
            check_import(cell, name, needed, needed_count);
        for (int k = 0; k < needed_count && is_exported(&symbol); k++)
            if (exports(&needed[k], name, ANYTHING))
                complain(cell, "exports %s, which %s in its NEEDS exports too: rename one of them",
                         name, needed[k].name);
    }
}

/// A piece of text from one symbol to the next, and what is said about it.
struct piece {
    const struct cell *cell;
    const char *function;
    bool reported; ///< the first finding of a function is enough
};

static void report_instruction(void *context, size_t offset, const char *text)
{
    struct piece *piece = context;
    if (piece->reported)
        return;
    piece->reported = true;
    if (text)
        complain(piece->cell,
                 "uses vector or floating-point registers in %s at 0x%zx (%s): compute with "
                 "integers, or give it SIMD in its CMakeLists.txt",
                 piece->function, offset, text);
    else
        complain(piece->cell, "has in %s at 0x%zx no instruction: keep data out of text",
                 piece->function, offset);
}

/// The symbol that the text at `start` belongs to, and where the next one begins.
static struct piece find_piece(const struct cell *cell, size_t section, size_t start, size_t *end)
{
    struct piece piece = {cell, section_name(cell, elf_getscn(cell->elf, section)), false};
    GElf_Sym symbol;
    const char *name;
    for (int i = 1; symbol_at(cell, i, &symbol, &name); i++) {
        if (symbol.st_shndx != section || *name == '\0')
            continue;
        if (symbol.st_value == start)
            piece.function = name;
        else if (symbol.st_value > start && symbol.st_value < *end)
            *end = symbol.st_value;
    }
    return piece;
}

static void check_text(const struct cell *cell, Elf_Scn *section, const struct code_rules *rules)
{
    const Elf_Data *data = elf_getdata(section, nullptr);
    for (size_t start = 0; data && start < data->d_size;) {
        size_t end = data->d_size;
        struct piece piece = find_piece(cell, elf_ndxscn(section), start, &end);
        code_check((const uint8_t *)data->d_buf + start, end - start, rules, &piece,
                   report_instruction);
        start = end;
    }
}

static void check_registers(const struct cell *cell)
{
    char value[VALUE_SIZE];
    manifest_value(cell, "capabilities", value);
    const struct code_rules rules = {.vector_state = strstr(value, "processor_control")};
    for (Elf_Scn *s = elf_nextscn(cell->elf, nullptr); s; s = elf_nextscn(cell->elf, s)) {
        GElf_Shdr header;
        if (gelf_getshdr(s, &header) && (header.sh_flags & SHF_EXECINSTR))
            check_text(cell, s, &rules);
    }
}

static void check_manifest(const struct cell *cell)
{
    static const char *const FUNCTIONS[] = {"start", "stop", "evolved_from"};
    char value[VALUE_SIZE];
    if (!cell->manifest) {
        complain(cell, "has no section .cell.manifest: build it by cell() in its CMakeLists.txt");
        return;
    }
    if (!manifest_value(cell, "name", value) || strcmp(value, cell->name) != 0)
        complain(cell, "is called \"%s\" in its manifest: name the file like the cell", value);
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++)
        if (manifest_value(cell, FUNCTIONS[i], value) && !exports(cell, value, A_FUNCTION))
            complain(cell, "names %s as its %s function, but exports no such function: define it",
                     value, FUNCTIONS[i]);
    const bool application = manifest_value(cell, "kind", value) && !strcmp(value, "application");
    if (application && !exports(cell, "main", A_FUNCTION))
        complain(cell, "is an application without a function main: define it");
    if (!application && exports(cell, "main", ANYTHING))
        complain(cell, "exports main, but is no application: rename it or make it one");
}

/// Reads the file at `path` into memory that lasts.
static struct text read_policy(const char *path)
{
    static char content[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file)
        stop(path, "it cannot be opened");
    const size_t size = fread(content, 1, sizeof content, file);
    if (ferror(file) || size == sizeof content)
        stop(path, "it is no policy");
    fclose(file);
    return (struct text){content, size};
}

/// The value of a key of the manifest as a text that lasts.
static struct text manifest_text(const struct cell *cell, const char *key)
{
    static char kept[1 << 20];
    static size_t used;
    char value[VALUE_SIZE];
    manifest_value(cell, key, value);
    const size_t length = strlen(value);
    if (length > sizeof kept - used)
        stop(key, "the manifests are over 1 MiB");
    memcpy(kept + used, value, length);
    used += length;
    return (struct text){kept + used - length, length};
}

static void check_rights(const struct cell *cell, struct policy_lines lines)
{
    static const char *const rights[] = {"needs", "capabilities"};
    static const char *const verbs[] = {"needs", "asks for the capability"};
    const struct text kind = manifest_text(cell, "kind");
    const bool application = text_equal(kind, text_of("application"));
    const struct policy_subject subject = {manifest_text(cell, "name"), kind,
                                           text_of(application ? "application" : "kernel"),
                                           FROM_ARCHIVE};
    struct policy_subject extra = subject;
    extra.origin = FROM_EXTRA;
    for (enum policy_right right = POLICY_NEEDS; right <= POLICY_CAPABILITIES; right++) {
        struct text refused;
        const struct text wanted = manifest_text(cell, rights[right]);
        enum status status = policy_check(lines, &subject, right, wanted, &refused);
        if (status == STATUS_DENIED)
            status = policy_check(lines, &extra, right, wanted, &refused);
        if (status == STATUS_DENIED)
            complain(cell,
                     "%s %.*s, which the policy does not grant to it: add the line to "
                     "cells/policy: allow cell %s %s %.*s",
                     verbs[right], (int)refused.length, refused.start, cell->name, rights[right],
                     (int)refused.length, refused.start);
        else if (status != STATUS_OK)
            complain(cell, "%s more than 64 words in a row", verbs[right]);
    }
}

static void check_policy(const struct cell *cell, struct text policy)
{
    struct text wrong;
    struct policy_lines lines = {.length = policy_room(policy)};
    lines.pointer = calloc(lines.length, sizeof *lines.pointer);
    if (!lines.pointer)
        stop(cell->name, "there is no memory");
    if (policy_read(policy, &lines, &wrong) == STATUS_OK)
        check_rights(cell, lines);
    else
        complain(cell, "cannot be judged, for the policy breaks its rules in the line: %.*s",
                 (int)wrong.length, wrong.start);
    free(lines.pointer);
}

static void check_guards(const struct cell *cell, const struct cell *needed, int needed_count)
{
    const struct text capabilities = manifest_text(cell, "capabilities");
    GElf_Sym symbol;
    const char *name;
    for (int k = 0; k < needed_count; k++) {
        const struct text guards = manifest_text(&needed[k], "guards");
        for (int i = 1; symbol_at(cell, i, &symbol, &name); i++) {
            struct text missing;
            if (symbol.st_shndx == SHN_UNDEF && exports(&needed[k], name, ANYTHING) &&
                !policy_may_use(guards, capabilities, text_of(name), &missing))
                complain(cell,
                         "uses %s, which %s keeps for holders of %.*s: add to its cell(): "
                         "CAPABILITIES %.*s",
                         name, needed[k].name, (int)missing.length, missing.start,
                         (int)missing.length, missing.start);
        }
    }
    struct text own = manifest_text(cell, "guards");
    struct text guard;
    while (text_next_part(&own, ' ', &guard)) {
        struct text word;
        text_next_part(&guard, '=', &word);
        char wanted[VALUE_SIZE];
        if (!text_next_part(&guard, '=', &word))
            continue;
        snprintf(wanted, sizeof wanted, "%.*s", (int)word.length, word.start);
        if (!exports(cell, wanted, ANYTHING))
            complain(cell, "guards %s, but exports no such symbol: correct its GUARDS", wanted);
    }
}

/// Judges the instruction at `code`; how long it is, 0 for the end of the piece.
static size_t check_instruction(const struct piece *piece, struct text capabilities, size_t offset,
                                const uint8_t *code, size_t size)
{
    char text[128] = "";
    struct code_instruction instruction = {};
    const size_t length = code_length(code, size, text);
    const bool known = code_decode(code, size, &instruction);
    const char *capability = known ? code_capability(instruction.kind) : nullptr;
    if (!known && length == 0 && is_general(piece->cell))
        return 0; // check_registers() says so
    if (!known && length == 0)
        complain(piece->cell, "has in %s at 0x%zx no instruction: keep data out of text",
                 piece->function, offset);
    else if (!known || length != instruction.length)
        complain(piece->cell,
                 "has in %s at 0x%zx (%s) what LLVM takes for %zu bytes and the loader for %u: do "
                 "without it, or teach code_scan",
                 piece->function, offset, text, length, instruction.length);
    else if (capability && !policy_list_has(capabilities, text_of(capability)))
        complain(piece->cell,
                 "has in %s at 0x%zx the instruction %s, which is for holders of %s: add to its "
                 "cell(): CAPABILITIES %s",
                 piece->function, offset, text, capability, capability);
    else
        return length;
    return 0;
}

static void check_instructions_of(const struct cell *cell, Elf_Scn *section,
                                  struct text capabilities)
{
    const Elf_Data *data = elf_getdata(section, nullptr);
    for (size_t start = 0; data && start < data->d_size;) {
        size_t end = data->d_size;
        const struct piece piece = find_piece(cell, elf_ndxscn(section), start, &end);
        const uint8_t *code = data->d_buf;
        for (size_t at = start, length; at < end; at += length) {
            length = check_instruction(&piece, capabilities, at - start, code + at, end - at);
            if (length == 0)
                break;
        }
        start = end;
    }
}

static void check_instructions(const struct cell *cell)
{
    const struct text capabilities = manifest_text(cell, "capabilities");
    for (Elf_Scn *s = elf_nextscn(cell->elf, nullptr); s; s = elf_nextscn(cell->elf, s)) {
        GElf_Shdr header;
        if (gelf_getshdr(s, &header) && (header.sh_flags & SHF_EXECINSTR))
            check_instructions_of(cell, s, capabilities);
    }
}

int main(int argc, char *argv[])
{
    if (argc < 3) {
        fprintf(stderr, "usage: cell_check POLICY NAME.cell NEEDED.cell...\n");
        return 2;
    }
    elf_version(EV_CURRENT);
    struct cell *cells = calloc((size_t)argc, sizeof *cells);
    if (!cells)
        stop(argv[1], "there is no memory");
    const struct text policy = read_policy(argv[1]);
    for (int i = 2; i < argc; i++) {
        cells[i] = cell_open(argv[i]);
        cells[i].abi.name = cells[i].name;
    }
    check_sections(&cells[2]);
    check_symbols(&cells[2], &cells[3], argc - 3);
    for (int i = 2; i < argc; i++)
        if (abi_problem(&cells[i].abi))
            complain(&cells[i], "has a section .cell.abi that cannot be read: %s",
                     abi_problem(&cells[i].abi));
    check_compiled_in(&cells[2], &cells[3], argc - 3);
    if (is_general(&cells[2]))
        check_registers(&cells[2]);
    check_manifest(&cells[2]);
    check_policy(&cells[2], policy);
    check_guards(&cells[2], &cells[3], argc - 3);
    check_instructions(&cells[2]);
    free(cells);
    return problems != 0;
}
