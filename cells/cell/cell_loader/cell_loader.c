// SPDX-License-Identifier: MIT
// The steps of a load, and the undoing of a failed one. authority.c says whether the cell may be,
// place.c in which namespace it lives, image.c places sections, link.c resolves symbols and
// relocations, abi.c compares interfaces, code.c looks at instructions and entries.c at what enters
// them. advice.c says what to do about a refusal. replace.c loads cells in the place of others in a
// fork, take_over.c those of nano_core anew.
//
// All that a load makes belongs to the cell in the making or to its `load_parts`: whatever fails or
// faults, dropping these undoes it.
//
// Live swap:  nothing is remembered between calls.
// Fault:      the parts are dropped; cells that it needed and that nobody else needs go with them.
#include <stdarg.h>

#include "load.h"

#include <fault/logger.h>
#include <libc/format.h>
#include <libc/string.h>
#include <memory/box.h>

// Names of a file are not trusted to be text: what a terminal would obey becomes `?`.
static void clean(char *sentence)
{
    for (; *sentence != '\0'; sentence++)
        if (*sentence != '\n' && (*sentence < ' ' || *sentence > '~'))
            *sentence = '?';
}

enum status load_fail(struct load *load, enum status status, size_t section, const char *reason,
                      ...)
{
    char *sentence = load->problem->sentence;
    const size_t size = sizeof load->problem->sentence;
    size_t length = section == 0 ? format_text(sentence, size, "%s: ", load->name)
                                 : format_text(sentence, size, "%s: section %s: ", load->name,
                                               elf_section_name(&load->elf, section));
    if (length >= size)
        length = size - 1;
    va_list arguments;
    va_start(arguments, reason);
    format_append(sentence, size, length, reason, arguments);
    va_end(arguments);
    clean(sentence);
    return status;
}

enum status load_refuse(struct cell_problem *problem, enum status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_append(problem->sentence, sizeof problem->sentence, 0, format, arguments);
    va_end(arguments);
    clean(problem->sentence);
    return status;
}

enum status load_open(struct load *load)
{
    format_text(load->name, sizeof load->name, "%.*s", (int)load->file.name.length,
                load->file.name.start);
    const enum status status = elf_begin(load->name, load->file.data, load->file.size, &load->elf);
    if (status != STATUS_OK) {
        const struct elf_problem *problem = elf_errmsg(&load->elf);
        return load_refuse(load->problem, status,
                           *problem->section ? "%s: section %s: %s" : "%s: %s%s", load->name,
                           problem->section, problem->reason);
    }
    static_assert(ET_REL <= UINT8_MAX && ET_EXEC <= UINT8_MAX);
    if (load->file.data[offsetof(Elf64_Ehdr, e_type)] != ET_REL)
        return load_fail(load, STATUS_UNSUPPORTED, 0,
                         "it is linked already: compile with -c, and join objects by ld -r");
    const size_t section = elf_find_section(&load->elf, ".cell.manifest");
    struct elf_data data;
    if (section == 0 || elf_getdata(&load->elf, section, &data) != STATUS_OK || !data.bytes)
        return load_fail(
            load, STATUS_UNSUPPORTED, 0,
            "there is no section .cell.manifest: this object was not packed as a cell");
    const char *reason;
    const struct text source = {(const char *)data.bytes, data.size};
    const enum status parsed = manifest_parse(source, &load->manifest, &reason);
    if (parsed != STATUS_OK)
        return load_fail(load, parsed, section, "%s", reason);
    load->symtab = elf_find_symtab(&load->elf);
    return STATUS_OK;
}

struct cell_description load_description(const struct manifest *manifest)
{
    return (struct cell_description){
        manifest->name, manifest->version, manifest->purpose, manifest->guards, manifest->kind_name,
    };
}

enum status cell_describe(const struct stored_file *file, struct cell_description *description,
                          struct cell_problem *problem)
{
    struct load load = {.file = *file, .problem = problem};
    TRY(load_open(&load));
    *description = load_description(&load.manifest);
    return STATUS_OK;
}

static size_t need_count(const struct manifest *manifest)
{
    size_t count = 0;
    struct text rest = manifest->needs;
    struct text need;
    while (text_next_part(&rest, ' ', &need))
        count++;
    return count;
}

void load_parts_drop(TAKES(struct load_parts) parts)
{
    for (unsigned i = 0; i < MAPPED_REGIONS; i++)
        mapped_pages_mut_drop(&parts->regions[i]);
    per_cpu_space_drop(&parts->per_cpu);
    cell_reference_drop(&parts->cell);
    box_drop(&parts->scratch);
    parts->begun = 0;
}

OWNERSHIP(load_parts, begun);

static enum status count_sections(struct load *load)
{
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr section;
        TRY(gelf_getshdr(&load->elf, i, &section));
        const enum cell_region_kind kind = load_region_of(load, i, &section);
        if (kind == CELL_REGIONS || section.sh_size == 0)
            continue;
        load->sections_of[kind]++;
        load->capacity.sections++;
    }
    return STATUS_OK;
}

static enum status count_symbols(struct load *load, size_t symbols)
{
    for (size_t i = 1; i < symbols; i++) {
        Elf64_Sym symbol;
        TRY(gelf_getsym(&load->elf, load->symtab, i, &symbol));
        load->capacity.imports += symbol.st_shndx == SHN_UNDEF;
        load->capacity.symbols +=
            ELF64_ST_TYPE(symbol.st_info) != STT_SECTION && symbol.st_shndx != SHN_UNDEF;
        load->capacity.exports +=
            ELF64_ST_BIND(symbol.st_info) != STB_LOCAL && symbol.st_shndx != SHN_UNDEF;
    }
    return STATUS_OK;
}

// What touches the machine and has data: two of it would do so from two states.
static bool is_singular(const struct load *load)
{
    const bool data = load->sections_of[CELL_DATA] > 0 || load->sections_of[CELL_ZEROED] > 0 ||
                      load->sections_of[CELL_PER_CPU] > 0;
    return data && load->manifest.kind != CELL_APPLICATION &&
           (load->manifest.kind == CELL_DRIVER || load->manifest.capabilities.length > 0);
}

enum status load_create(struct load *load)
{
    const size_t sections = elf_getshdrnum(&load->elf);
    const size_t symbols = load->symtab ? elf_entry_count(&load->elf, load->symtab) : 0;
    load->capacity.needs = need_count(&load->manifest);
    TRY(count_sections(load));
    TRY(count_symbols(load, symbols));
    if (cell_create(&load->capacity, &load->parts->cell) != STATUS_OK ||
        box_allocate((2 * sections + symbols + 1) * sizeof(uint64_t), nullptr,
                     &load->parts->scratch) != STATUS_OK)
        return load_fail(load, STATUS_EXHAUSTED, 0, "no memory for its record");
    load->sections = load->parts->scratch.content;
    load->relocated = load->sections + sections;
    load->symbols = load->relocated + sections;
    load->cell = cell_in_making(&load->parts->cell);
    load->cell->description = load_description(&load->manifest);
    if (load->alias.length != 0)
        load->cell->description.name = load->alias;
    load->cell->vouched = load->vouched;
    load->cell->application = load->manifest.kind == CELL_APPLICATION;
    load->cell->singular = is_singular(load);
    load->cell->file = load->file.name;
    load->cell->object = (struct const_bytes){load->file.data, load->file.size};
    return load_abi(load);
}

// A signature vouches for what a cell relies on too. Resident cells are what nano_core was, which
// nobody checks.
static enum status check_need(struct load *load, const struct cell *need)
{
    const struct text name = need->description.name;
    if (!load->vouched || need->vouched || need->resident)
        return STATUS_OK;
    return load_fail(load, STATUS_DENIED, 0,
                     "it is signed, but %.*s, which it needs, was loaded by --unsigned: sign that "
                     "too, or unload it",
                     (int)name.length, name.start);
}

// NOLINTNEXTLINE(misc-no-recursion): check_path() allows no cycle and no more than LOAD_DEEPEST
static enum status load_needs(struct load *load, struct load_path *path)
{
    struct text rest = load->manifest.needs;
    struct text need;
    struct cell *cell = load->cell;
    path->names[path->length++] = cell->description.name;
    cell->depth = 1;
    for (size_t i = 0; text_next_part(&rest, ' ', &need); i++) {
        TRY(load_within(path, need, &cell->needs.pointer[i]));
        const struct cell *loaded = cell_of(&cell->needs.pointer[i]);
        TRY(check_need(load, loaded));
        if (loaded->depth >= cell->depth)
            cell->depth = loaded->depth + 1;
    }
    path->length--;
    if (cell->depth > LOAD_DEEPEST)
        return load_fail(load, STATUS_EXHAUSTED, 0, "more than %d cells need each other in a row",
                         LOAD_DEEPEST);
    return STATUS_OK;
}

// Finds a function that the manifest names.
static enum status find_hook(struct load *load, struct text named, const char *word,
                             uint64_t *address)
{
    char name[256]; // a manifest allows 255
    *address = 0;
    if (named.length == 0)
        return STATUS_OK;
    const size_t length = format_text(name, sizeof name, "%.*s", (int)named.length, named.start);
    const struct cell_symbol *symbol =
        length < sizeof name ? cell_export(load->cell, name) : nullptr;
    if (!symbol || !symbol->function)
        return load_fail(load, STATUS_NOT_FOUND, 0, "its %s function %.*s is not in it", word,
                         (int)named.length, named.start);
    *address = symbol->address;
    return load_check_entry(load, symbol, IDENTITY_OF_HOOK);
}

static enum status check_main(struct load *load)
{
    if (load->manifest.kind != CELL_APPLICATION)
        return STATUS_OK;
    const struct cell_symbol *main = cell_export(load->cell, "main");
    return main ? load_check_entry(load, main, IDENTITY_OF_MAIN) : STATUS_OK;
}

static enum status start(struct load *load)
{
    uint64_t function;
    TRY(check_main(load));
    TRY(find_hook(load, load->manifest.stop, "STOP", &load->cell->stop));
    TRY(find_hook(load, load->manifest.start, "START", &function));
    const enum status status = function ? cell_call_hook(function) : STATUS_OK;
    if (status != STATUS_OK)
        return load_fail(load, status, 0, "its START function %.*s failed: %s",
                         (int)load->manifest.start.length, load->manifest.start.start,
                         status_sentence(status));
    cell_begin(&load->parts->cell);
    return STATUS_OK;
}

static enum status enter(struct load *load)
{
    const struct text name = load->manifest.name;
    if (cell_enter(&load->parts->cell) != STATUS_OK)
        return load_fail(load, STATUS_EXISTS, 0, "a cell of the name %.*s is loaded already",
                         (int)name.length, name.start);
    return STATUS_OK;
}

// A file that is not called like its cell could pass for another one before that is loaded. One
// that is, is the cell of that name: who looks for it finds the archive's first. What takes the
// name of another cell in a fork is not found by its own.
static enum status check_name(struct load *load)
{
    static const char suffix[] = ".cell";
    const struct text name = load->manifest.name;
    const struct text file = load->file.name;
    // Another file was asked for by its full name, and is what it says.
    if (load->alias.length != 0 || !text_ends_with(file, text_of(suffix)))
        return STATUS_OK;
    if (text_starts_with(file, name) && file.length == name.length + sizeof suffix - 1)
        return STATUS_OK;
    return load_fail(load, STATUS_INVALID, 0,
                     "its manifest calls it %.*s, but its file otherwise: name it like the cell",
                     (int)name.length, name.start);
}

// NOLINTNEXTLINE(misc-no-recursion): check_path() allows no cycle and no more than LOAD_DEEPEST
static enum status load_file(struct load_path *path, struct load *load)
{
    TRY(load_open(load));
    TRY(load_authenticate(load));
    TRY(check_name(load));
    TRY(load_create(load));
    TRY(load_check_policy(load));
    TRY(load_needs(load, path));
    TRY(load_place(load));
    TRY(load_check_compiled_in(load));
    TRY(load_image(load));
    TRY(load_symbols(load));
    TRY(load_relocations(load));
    TRY(load_check_code(load));
    TRY(load_seal(load));
    TRY(enter(load));
    return start(load);
}

static enum status check_path(const struct load_path *path, struct text name)
{
    for (size_t i = 0; i < path->length; i++)
        if (text_equal(path->names[i], name))
            return load_refuse(path->problem, STATUS_INVALID,
                               "%.*s needs itself, through the cells it needs", (int)name.length,
                               name.start);
    if (path->length == LOAD_DEEPEST)
        return load_refuse(path->problem, STATUS_EXHAUSTED,
                           "%.*s: more than %d cells need each other in a row", (int)name.length,
                           name.start, LOAD_DEEPEST);
    return STATUS_OK;
}

static enum status find_by_name(const struct load_path *path, struct text name,
                                struct stored_file *file)
{
    if (cell_store_find(name, file) == STATUS_OK)
        return STATUS_OK;
    if (path->length == 0)
        return load_refuse(path->problem, STATUS_NOT_FOUND,
                           "there is no cell %.*s in the archive or among the extra files",
                           (int)name.length, name.start);
    const struct text by = path->names[path->length - 1];
    return load_refuse(path->problem, STATUS_NOT_FOUND, "there is no cell %.*s, which %.*s needs",
                       (int)name.length, name.start, (int)by.length, by.start);
}

static const struct load_replacement *find_replacement(const struct load_path *path,
                                                       struct text name)
{
    for (size_t i = 0; i < path->replacement_count; i++)
        if (text_equal(path->replacements[i].name, name))
            return &path->replacements[i];
    return nullptr;
}

// A second instance of a cell is made from the file of the first.
static enum status find_file(const struct load_path *path, struct text name, struct load *load)
{
    OWNED(cell_reference, first);
    const struct load_replacement *replacement = find_replacement(path, name);
    if (replacement) {
        load->file = replacement->file;
        load->alias = replacement->name;
        load->replaces = true;
        return STATUS_OK;
    }
    if (namespace_find_to_relink(path->within, name, &first) != STATUS_OK)
        return find_by_name(path, name, &load->file);
    const struct cell *cell = cell_of(&first);
    if (cell_store_find_file(cell->file, &load->file) != STATUS_OK ||
        load->file.data != cell->object.pointer)
        return load_refuse(path->problem, STATUS_NOT_FOUND,
                           "the file of %.*s, which is to be linked anew, is not there",
                           (int)name.length, name.start);
    load->alias = cell->description.name;
    return STATUS_OK;
}

static enum status find_loaded(const struct load_path *path, struct text name,
                               FILLS(struct cell_reference) cell)
{
    return find_replacement(path, name) ? cell_find(namespace_of(path->within)->number, name, cell)
                                        : namespace_find_cell(path->within, name, cell);
}

// NOLINTNEXTLINE(misc-no-recursion): check_path() allows no cycle and no more than LOAD_DEEPEST
enum status load_within(struct load_path *path, struct text name, FILLS(struct cell_reference) cell)
{
    if (find_loaded(path, name, cell) == STATUS_OK)
        return STATUS_OK;
    TRY(check_path(path, name));
    struct load load = {.problem = path->problem,
                        .within = path->within,
                        .waived = path->waived && path->length == 0};
    TRY(find_file(path, name, &load));
    log_debug("loading %.*s", (int)name.length, name.start);
    OWNED(load_parts, parts);
    FILL(&parts, .begun = 1);
    load.parts = &parts;
    TRY(load_file(path, &load));
    MOVE_TO(cell, &parts.cell);
    log_debug("loaded %s", load.name);
    return STATUS_OK;
}

enum status cell_load(const struct namespace_reference *within, struct text name,
                      FILLS(struct cell_reference) cell, struct cell_problem *problem)
{
    struct load_path path = {.within = within, .problem = problem};
    problem->sentence[0] = '\0';
    return load_within(&path, name, cell);
}

enum status cell_load_unsigned(const struct namespace_reference *within, struct text name,
                               FILLS(struct cell_reference) cell, struct cell_problem *problem)
{
    struct load_path path = {.waived = true, .within = within, .problem = problem};
    problem->sentence[0] = '\0';
    return load_within(&path, name, cell);
}
