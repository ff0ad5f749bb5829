// SPDX-License-Identifier: MIT
/// world: what the loader finds when one input is loaded: the cells of a build, which are loaded
/// once, and an archive and extra files of which the input is one.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/status.h>

/// What the file of an input is. The first byte of an input, modulo INPUTS.
enum input_kind {
    INPUT_UNSIGNED,      ///< an extra file, loaded with its signature waived
    INPUT_SIGNED,        ///< an extra file, loaded by its own signature
    INPUT_VOUCHED,       ///< a file of the archive, found good before
    INPUT_VOUCHED_EXTRA, ///< an extra file, found good before
    INPUT_LISTED,        ///< a file of the archive, in the archive's list
    INPUT_POLICY,        ///< a policy, which an application is judged by; nothing is loaded
    INPUT_LIST,          ///< the archive's list of signatures
    INPUTS,
};

enum : size_t { INPUT_HEADER = 4 };

/// The second byte of an input.
enum input_flag : uint8_t {
    INPUT_TWICE = 1,       ///< the outcome must be the same the second time
    INPUT_REFUSES = 2,     ///< START refuses
    INPUT_EXHAUSTS = 4,    ///< the allocation that the third byte counts is refused
    INPUT_PINNED = 8,      ///< what is loaded is pinned, found, and unpinned
    INPUT_LIST_KNOWN = 16, ///< the list of signatures was found good before
};

/// Loads the cells of the folder, and keeps them. Ends the program if it cannot.
void world_start(const char *folder);

/// A file of the build's, by its name: for the mutator, and to be loaded by a policy.
struct world_file {
    char name[64];
    uint8_t *bytes;
    size_t size;
};

const struct world_file *world_files(size_t *count);

/// Loads what the input says, looks at all that was made of it, and drops it. Aborts where a
/// promise does not hold, or something is left.
void world_execute(const uint8_t *input, size_t size);

/// Aborts, with the words on standard error, unless `holds`.
void world_expect(bool holds, const char *words);

/// How executions ended.
struct world_counts {
    uint64_t executions;
    uint64_t loaded;
    uint64_t relocations; ///< of the loaded cells
    uint64_t by_status[64];
};

extern struct world_counts world_counts;

/// Whether each load's sentence is written to standard error.
extern bool world_says;

// What stands in for cells below the loader.
struct stand_in_used {
    uint64_t pieces;
    uint64_t mappings;
    uint64_t mapped; ///< in bytes
};

extern struct stand_in_used stand_in_used;
extern struct stand_in_used stand_in_kept; ///< of this, what stays

/// Whether the allocation that is asked for is the one to refuse.
bool stand_in_refuses(void);
enum status stand_in_hook(uint64_t address);
void stand_in_forget_files(void);
void stand_in_keep_mappings(void);
