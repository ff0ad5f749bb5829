// SPDX-License-Identifier: MIT
/// Whatever the file is, to load it either fails with a sentence and leaves nothing, or makes a
/// cell that is what its record says, and to drop it leaves nothing. The code of the cell is never
/// run. `--cells=FOLDER` has the cells of a build; `--seeds=FOLDER` writes what to start from
/// there, and ends; `--say` tells the loader's sentences.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"
#include "world.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t size, const uint8_t *second,
                                 size_t second_size, uint8_t *bytes, size_t most, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);

enum : size_t { LARGEST_SEED = 6 << 10 };

size_t mutate_bytes(uint8_t *bytes, size_t size, size_t most)
{
    return most == 0 ? 0 : LLVMFuzzerMutate(bytes, size, most);
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
    return mutate(bytes, size, most, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t size, const uint8_t *second,
                                 size_t second_size, uint8_t *bytes, size_t most, unsigned seed)
{
    return mutate_splice(bytes, first, size, second, second_size, most, seed);
}

static const char *option(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], name, strlen(name)) == 0)
            return argv[i] + strlen(name);
    return nullptr;
}

static void write_seed(const char *folder, const char *name, enum input_kind kind,
                       const void *bytes, size_t size)
{
    char path[512];
    const uint8_t header[INPUT_HEADER] = {(uint8_t)kind};
    (void)snprintf(path, sizeof path, "%s/%d_%s", folder, (int)kind, name);
    FILE *stream = fopen(path, "wb");
    if (!stream || fwrite(header, 1, sizeof header, stream) != sizeof header ||
        fwrite(bytes, 1, size, stream) != size || fclose(stream) != 0) {
        perror(path);
        exit(1);
    }
}

// A cell by its own name is loaded already, if it is no application: it gets another of the same
// length.
static void rename_cell(uint8_t *bytes, size_t size)
{
    static const char key[] = "\nname: ";
    for (size_t at = 0; at + sizeof key < size; at++) {
        if (memcmp(bytes + at, key, sizeof key - 1) != 0)
            continue;
        at += sizeof key - 1;
        while (at + 1 < size && bytes[at + 1] != '\n')
            at++;
        bytes[at] = 'q';
        return;
    }
}

static void write_seeds(const char *folder)
{
    static const char policy[] = "theoris-policy 1.0\nallow kind application needs *\n"
                                 "allow cell reboot capabilities runtime_services\n";
    static const char list[] = "theoris-signatures 2.0\n";
    size_t count;
    const struct world_file *files = world_files(&count);
    for (size_t i = 0; i < count; i++) {
        if (files[i].size > LARGEST_SEED)
            continue;
        write_seed(folder, files[i].name, INPUT_SIGNED, files[i].bytes, files[i].size);
        rename_cell(files[i].bytes, files[i].size);
        for (enum input_kind kind = INPUT_UNSIGNED; kind < INPUT_POLICY; kind++)
            if (kind != INPUT_SIGNED)
                write_seed(folder, files[i].name, kind, files[i].bytes, files[i].size);
    }
    write_seed(folder, "policy", INPUT_POLICY, policy, sizeof policy - 1);
    write_seed(folder, "list", INPUT_LIST, list, sizeof list - 1);
}

static void report(void)
{
    fprintf(stderr, "executions %lu, loaded %lu, relocations of these %lu; by status:",
            world_counts.executions, world_counts.loaded, world_counts.relocations);
    for (size_t i = 0; i < sizeof world_counts.by_status / sizeof *world_counts.by_status; i++)
        if (world_counts.by_status[i] > 0)
            fprintf(stderr, " %zu: %lu", i, world_counts.by_status[i]);
    fprintf(stderr, "\n");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *cells = option(*argc, *argv, "--cells=");
    const char *seeds = option(*argc, *argv, "--seeds=");
    world_says = option(*argc, *argv, "--say") != nullptr;
    world_start(cells ? cells : "cells");
    if (seeds) {
        write_seeds(seeds);
        exit(0);
    }
    (void)atexit(report);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    world_execute(bytes, size);
    return 0;
}
