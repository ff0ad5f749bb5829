// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cell/cell_loader.h>
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/cell_store.h>
#include <cell/elf_object.h>
#include <cell/policy.h>
#include <cell/signature.h>
#include <cpu/per_cpu.h>

#include "archive.h"
#include "look.h"
#include "world.h"

enum : size_t { MOST_FILES = 512, MOST_CELLS = 256, FEWEST_CELLS = 32 };

// The name of an input's file, and an application that a mutated policy is asked about.
static char fuzzed[64];
static char fuzzed_file[sizeof fuzzed + sizeof ".cell"];
static const char application[] = "reboot.cell";

// It is read once, with the first cell.
static const char policy[] = "theoris-policy 1.0\n"
                             "allow kind kernel needs *\n"
                             "allow kind driver needs *\n"
                             "allow kind application needs *\n"
                             "allow kind kernel capabilities *\n"
                             "allow kind driver capabilities *\n";

static struct world_file files[MOST_FILES];
static size_t file_count;
static struct made_archive kept_archive;  // the kept cells lie there
static struct namespace_reference within; // the applications', for which inputs are loaded
static struct cell_reference kept[MOST_CELLS];
static size_t kept_count;
static uint64_t kept_owners;
static struct per_cpu_area area;
static size_t area_free; // what one place can have

struct world_counts world_counts;
bool world_says;
struct stand_in_used stand_in_used;
struct stand_in_used stand_in_kept;

static unsigned allocations_left; // until one is refused; 0: none is
static bool start_refuses;

void world_expect(bool holds, const char *words)
{
    if (holds)
        return;
    fprintf(stderr, "broken promise: %s\n", words);
    abort();
}

bool stand_in_refuses(void)
{
    if (allocations_left == 0)
        return false;
    allocations_left--;
    return allocations_left == 0;
}

enum status stand_in_hook(uint64_t address)
{
    struct cell_location location;
    world_expect(cell_locate(address, &location) == STATUS_OK, "a hook lies in a cell");
    world_expect(is_in_text(location.cell, address), "a hook lies in its cell's text");
    return start_refuses ? STATUS_BUSY : STATUS_OK;
}

const struct world_file *world_files(size_t *count)
{
    *count = file_count;
    return files;
}

static void *read_file(const char *path, size_t *size)
{
    FILE *stream = fopen(path, "rb");
    long end = -1;
    if (stream && fseek(stream, 0, SEEK_END) == 0)
        end = ftell(stream);
    if (end < 0 || fseek(stream, 0, SEEK_SET) != 0) {
        perror(path);
        exit(1);
    }
    *size = (size_t)end;
    void *bytes = malloc(*size + 1);
    world_expect(bytes && fread(bytes, 1, *size, stream) == *size, "a file can be read");
    (void)fclose(stream);
    return bytes;
}

static void read_files(const char *folder)
{
    char path[512];
    struct dirent **entries;
    const int count = scandir(folder, &entries, nullptr, alphasort);
    if (count < 0) {
        fprintf(stderr, "%s: there are no cells: build the preset `default` first\n", folder);
        exit(1);
    }
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        struct world_file *file = &files[file_count];
        const char *end = strrchr(name, '.');
        if (end && strcmp(end, ".cell") == 0 && strlen(name) < sizeof file->name &&
            file_count < MOST_FILES) {
            (void)snprintf(path, sizeof path, "%s/%s", folder, name);
            (void)snprintf(file->name, sizeof file->name, "%s", name);
            file->bytes = read_file(path, &file->size);
            file_count++;
        }
        free(entries[i]);
    }
    free((void *)entries);
}

static void open_archive(struct made_archive *archive)
{
    archive_end(archive);
    stand_in_forget_files();
    world_expect(cell_store_start(archive->bytes, archive->size) == STATUS_OK, "an archive");
}

static void vouch(const char *name)
{
    struct stored_file file;
    if (cell_store_find_file(text_of(name), &file) == STATUS_OK)
        cell_store_mark_checked(&file, CHECKED_SIGNATURE);
}

static bool is_kept(const struct world_file *file)
{
    const char *end = strstr(file->name, ".cell");
    const size_t length = (size_t)(end - file->name);
    return length < 5 || memcmp(end - 5, "_test", 5) != 0;
}

// The cell that answers for the vocabulary, of which nothing else is asked: it cannot be loaded
// without itself, and nano_core has it.
static void keep_vocabulary(void)
{
    static const struct cell_capacity nothing = {};
    struct elf elf;
    struct elf_data data;
    struct stored_file file;
    struct cell_reference *keeper = &kept[kept_count++];
    world_expect(cell_store_find(text_of("cell_abi"), &file) == STATUS_OK &&
                     elf_begin("", file.data, file.size, &elf) == STATUS_OK &&
                     elf_getdata(&elf, elf_find_section(&elf, ".cell.abi"), &data) == STATUS_OK &&
                     cell_create(&nothing, keeper) == STATUS_OK,
                 "cell_abi.cell");
    struct cell *cell = cell_in_making(keeper);
    cell->description = (struct cell_description){.name = text_of("cell_abi")};
    cell->abi = (struct const_bytes){data.bytes, data.size};
    cell->space = namespace_of(namespace_base(&within))->number; // the kernel's
    world_expect(cell_enter(keeper) == STATUS_OK, "it is the first");
    cell_begin(keeper);
}

// Loads what others can need: kernel cells and drivers, but those that need cell_abi.
static void keep_cells(void)
{
    keep_vocabulary();
    for (size_t i = 0; i < file_count && kept_count < MOST_CELLS; i++) {
        struct cell_problem problem;
        struct cell_description description;
        struct stored_file file;
        struct text name = text_of(files[i].name);
        if (!is_kept(&files[i]) || cell_store_find_file(name, &file) != STATUS_OK ||
            cell_describe(&file, &description, &problem) != STATUS_OK ||
            text_equal(description.kind, text_of("application")))
            continue;
        name.length -= strlen(".cell");
        kept_count += cell_load(&within, name, &kept[kept_count], &problem) == STATUS_OK;
    }
    world_expect(kept_count >= FEWEST_CELLS, "cells of the build can be loaded");
}

static uint64_t count_owners(void)
{
    uint64_t owners = 0;
    for (size_t i = 0; i < kept_count; i++)
        owners += cell_reference_count(&kept[i]);
    return owners;
}

static bool can_have_per_cpu(size_t size)
{
    OWNED(per_cpu_space, space);
    return per_cpu_allocate(size, 1, &space) == STATUS_OK;
}

void world_start(const char *folder)
{
    per_cpu_start(&area, sizeof area.header);
    read_files(folder);
    archive_begin(&kept_archive);
    archive_add(&kept_archive, "policy", policy, sizeof policy - 1);
    for (size_t i = 0; i < file_count; i++)
        archive_add(&kept_archive, files[i].name, files[i].bytes, files[i].size);
    open_archive(&kept_archive);
    vouch("policy");
    for (size_t i = 0; i < file_count; i++)
        vouch(files[i].name);
    world_expect(namespaces_start() == STATUS_OK && namespace_current(&within) == STATUS_OK,
                 "namespaces begin");
    keep_cells();
    kept_owners = count_owners();
    stand_in_kept = stand_in_used;
    stand_in_keep_mappings();
    for (area_free = sizeof area.objects; !can_have_per_cpu(area_free); area_free -= 64)
        ;
}

static const struct world_file *find_file(const char *name)
{
    for (size_t i = 0; i < file_count; i++)
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
    return &files[0];
}

// Adds a list with the digest of the file, whose signature is nobody's.
static void add_list(struct made_archive *archive, const uint8_t *bytes, size_t size)
{
    char list[512];
    size_t length = (size_t)snprintf(list, sizeof list, "theoris-signatures 2.0\n");
    const struct digest digest = digest_of(bytes, size);
    for (size_t i = 0; i < sizeof digest.bytes; i++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%02x", digest.bytes[i]);
    length += (size_t)snprintf(list + length, sizeof list - length, " %s\n", fuzzed_file);
    archive_add(archive, "SIGNATURES", list, length);
}

// What the loader finds in one execution.
struct setting {
    enum input_kind kind;
    uint8_t flags;
    const uint8_t *bytes;
    size_t size;
    struct made_archive archive;
    uint8_t *extra; // a copy, as long as it is
};

static void add_extra(struct setting *setting)
{
    setting->extra = malloc(setting->size);
    world_expect(setting->extra, "memory");
    if (setting->size > 0)
        memcpy(setting->extra, setting->bytes, setting->size);
    (void)cell_store_add_extra(fuzzed_file, setting->extra, setting->size);
}

static bool is_loaded(const char *name)
{
    OWNED(cell_reference, cell);
    return namespace_find_cell(&within, text_of(name), &cell) == STATUS_OK;
}

// A file is called as its manifest calls the cell, unless one of that name is kept.
static void choose_name(const uint8_t *bytes, size_t size)
{
    static const char key[] = "\nname: ";
    const size_t length = sizeof key - 1;
    size_t at = 0;
    size_t count = 0;
    while (at + length <= size && memcmp(bytes + at, key, length) != 0)
        at++;
    for (at += length; at < size && count + 1 < sizeof fuzzed; at++) {
        if (bytes[at] <= ' ' || bytes[at] > '~' || bytes[at] == '/')
            break;
        fuzzed[count++] = (char)bytes[at];
    }
    fuzzed[count] = '\0';
    if (count == 0 || is_loaded(fuzzed))
        (void)snprintf(fuzzed, sizeof fuzzed, "fuzzed");
    (void)snprintf(fuzzed_file, sizeof fuzzed_file, "%s.cell", fuzzed);
}

static void lay_out(struct setting *setting)
{
    const struct world_file *loaded = find_file(application);
    if (setting->kind == INPUT_LIST)
        choose_name(loaded->bytes, loaded->size);
    else
        choose_name(setting->bytes, setting->size);
    archive_begin(&setting->archive);
    archive_add(&setting->archive, "policy", policy, sizeof policy - 1);
    if (setting->kind == INPUT_LISTED)
        add_list(&setting->archive, setting->bytes, setting->size);
    if (setting->kind == INPUT_LIST)
        archive_add(&setting->archive, "SIGNATURES", setting->bytes, setting->size);
    if (setting->kind == INPUT_LIST)
        archive_add(&setting->archive, fuzzed_file, loaded->bytes, loaded->size);
    if (setting->kind == INPUT_VOUCHED || setting->kind == INPUT_LISTED)
        archive_add(&setting->archive, fuzzed_file, setting->bytes, setting->size);
    open_archive(&setting->archive);
    if (setting->kind == INPUT_UNSIGNED || setting->kind == INPUT_SIGNED ||
        setting->kind == INPUT_VOUCHED_EXTRA)
        add_extra(setting);
    vouch("policy");
    if (setting->kind == INPUT_VOUCHED || setting->kind == INPUT_VOUCHED_EXTRA)
        vouch(fuzzed_file);
    if (setting->kind == INPUT_LISTED || setting->flags & INPUT_LIST_KNOWN)
        vouch("SIGNATURES");
}

static void pin(const struct cell_reference *cell)
{
    const uint32_t owners = cell_reference_count(cell);
    world_expect(cell_unpin(cell) == STATUS_NOT_FOUND, "it is not pinned");
    world_expect(cell_pin(cell) == STATUS_OK && cell_is_pinned(cell), "it can be pinned");
    world_expect(cell_pin(cell) == STATUS_OK && cell_reference_count(cell) == owners + 1, "once");
    world_expect(cell_unpin(cell) == STATUS_OK, "it can be unpinned");
    world_expect(cell_reference_count(cell) == owners, "as many owners as before");
}

static void expect_sentence(const struct cell_problem *problem)
{
    const size_t length = strnlen(problem->sentence, sizeof problem->sentence);
    world_expect(length > 0 && length < sizeof problem->sentence, "a failure has a sentence");
    for (size_t i = 0; i < length; i++) {
        const char c = problem->sentence[i];
        world_expect((c >= ' ' && c <= '~') || c == '\n', "a sentence is text");
    }
}

static enum status load(const struct setting *setting)
{
    struct cell_problem problem;
    OWNED(cell_reference, cell);
    start_refuses = setting->flags & INPUT_REFUSES;
    const enum status status = setting->kind == INPUT_UNSIGNED
                                   ? cell_load_unsigned(&within, text_of(fuzzed), &cell, &problem)
                                   : cell_load(&within, text_of(fuzzed), &cell, &problem);
    allocations_left = 0;
    if (world_says)
        fprintf(stderr, "says: %s\n", status == STATUS_OK ? "loaded" : problem.sentence);
    if (status != STATUS_OK) {
        world_expect(!cell.shared.block, "what fails gives nothing");
        expect_sentence(&problem);
        return status;
    }
    world_counts.loaded++;
    look_at_cell(&cell);
    if (setting->flags & INPUT_PINNED)
        pin(&cell);
    return status;
}

static void expect_nothing_left(bool had_per_cpu)
{
    OWNED(cell_reference, cell);
    struct cell_location location;
    world_expect(stand_in_used.pieces == stand_in_kept.pieces, "no piece of the heap is left");
    world_expect(stand_in_used.mappings == stand_in_kept.mappings, "no mapping is left");
    world_expect(stand_in_used.mapped == stand_in_kept.mapped, "no page is left");
    world_expect(count_owners() == kept_owners, "no owner of a cell is left");
    world_expect(namespace_find_cell(&within, text_of(fuzzed), &cell) == STATUS_NOT_FOUND,
                 "it is not found");
    world_expect(cell_locate(1, &location) == STATUS_NOT_FOUND, "nothing is at address 1");
    if (had_per_cpu)
        world_expect(can_have_per_cpu(area_free), "no CPU's place is left");
}

// The loader reads a policy once; here each input is one.
static enum status read_policy(struct text text)
{
    static const char wanted[] = "firmware stop terminal_marks";
    const struct policy_subject subject = {text_of("reboot"), text_of("application"),
                                           text_of("kernel"), FROM_ARCHIVE};
    struct text refused = {};
    struct policy_lines lines = {.length = policy_room(text)};
    lines.pointer = calloc(lines.length > 0 ? lines.length : 1, sizeof *lines.pointer);
    world_expect(lines.pointer, "memory");
    enum status status = policy_read(text, &lines, &refused);
    if (status == STATUS_OK)
        status = policy_check(lines, &subject, POLICY_NEEDS, text_of(wanted), &refused);
    world_expect(status != STATUS_DENIED || policy_list_has(text_of(wanted), refused),
                 "what is refused was wanted");
    free(lines.pointer);
    return status;
}

static void describe(void)
{
    struct cell_description description;
    struct cell_problem problem;
    struct stored_file file;
    if (cell_store_find(text_of(fuzzed), &file) != STATUS_OK)
        return;
    if (cell_describe(&file, &description, &problem) == STATUS_OK)
        world_expect(description.name.length > 0 && description.kind.length > 0,
                     "it has a name and a kind");
}

void world_execute(const uint8_t *input, size_t size)
{
    if (size < INPUT_HEADER)
        return;
    struct setting setting = {
        .kind = input[0] % INPUTS,
        .flags = input[1],
        .bytes = input + INPUT_HEADER,
        .size = size - INPUT_HEADER,
    };
    if (setting.kind == INPUT_POLICY) {
        char *copy = malloc(setting.size > 0 ? setting.size : 1);
        world_expect(copy, "memory");
        memcpy(copy, setting.bytes, setting.size);
        world_counts.by_status[read_policy((struct text){copy, setting.size})]++;
        world_counts.executions++;
        free(copy);
        return;
    }
    lay_out(&setting);
    describe();
    if (setting.flags & INPUT_EXHAUSTS)
        allocations_left = input[2] + 1u;
    const enum status status = load(&setting);
    expect_nothing_left(true);
    if (setting.flags & INPUT_TWICE && !(setting.flags & INPUT_EXHAUSTS))
        world_expect(load(&setting) == status, "the outcome is the same again");
    expect_nothing_left(false);
    world_counts.executions++;
    world_counts.by_status[status]++;
    archive_free(&setting.archive);
    free(setting.extra);
}
