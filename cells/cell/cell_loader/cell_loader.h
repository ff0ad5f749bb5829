// SPDX-License-Identifier: MIT
/// cell_loader: from a relocatable object to a linked cell in memory, with all that it needs.
///
///     file --cell_load--> text (executable), rodata (readable), data (writable), a record
///                         --the last owner is dropped--> STOP has run, all of it is free
///
/// An import is found only in the cells that the manifest names, and only if it was compiled
/// against what that cell exports (cell_abi.h); only what the policy grants is loaded
/// (docs/reference/authority.md). A cell is signed, or it is not loaded. Either all of it succeeds,
/// or nothing of it stays. The pristine object stays in the store, with its relocations: they are
/// applied in one pass, and found again there.
///
/// Callers:    boot CPU only, not from exceptions.
/// Live swap:  nothing is remembered between calls; records are cell_metadata's.
/// Fault:      what a call has made so far is dropped.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/annotations.h>
#include <cell/status.h>
#include <cell/text.h>

struct cell_description;
struct cell_reference;
struct namespace_reference;
struct digest;
struct stored_file;

/// Why a cell could not be loaded: file, section where there is one, reason. Zero-ended.
struct cell_problem {
    char sentence[1024]; ///< several lines where two types are shown
};

/// Fills `cell` with an owner of the cell that `name` means within a namespace, loaded now unless
/// it is loaded already; its START runs on the first load. The cell owns those that it needs. Where
/// it is loaded, within or below, <cell/cell_namespace.h> says. STATUS_NOT_FOUND: there is no such
/// file, or a needed one is missing. STATUS_DAMAGED, STATUS_UNSUPPORTED, STATUS_OVERFLOW: the
/// object cannot be linked. STATUS_EXHAUSTED: no memory. STATUS_INVALID: cells need each other in a
/// circle, or it was compiled against other interfaces. STATUS_DENIED: it is not signed, or it is
/// not granted what it asks for or contains, or it would be a second one of what there can be one
/// of only. STATUS_EXISTS: another file was loaded under the name in the manifest, or that cell is
/// being unloaded. Any other: START's.
enum status cell_load(const struct namespace_reference *within, struct text name,
                      FILLS(struct cell_reference) cell, struct cell_problem *problem);

/// The same for a cell that may be unsigned, or signed by another key: that is logged as a warning.
/// Nothing but the signature is waived, and not for what the cell needs.
enum status cell_load_unsigned(const struct namespace_reference *within, struct text name,
                               FILLS(struct cell_reference) cell, struct cell_problem *problem);

/// What takes the place of a cell in a fork.
struct cell_replacement {
    struct text name; ///< what is replaced
    struct text by;   ///< as for cell_load(), or NAME@VERSION; it may have another name
};

/// Replaces cells in a fork, all of them or none: they are loaded there under the names of those
/// that they replace, and so is a second instance of each loaded cell that needs one of them,
/// perhaps through others, from its own file and with data of its own. Applications that are not
/// pinned are left to be relinked when they are run next. All that is loaded stays as long as the
/// fork does, whose name means the changed namespace afterwards.
/// STATUS_INVALID: it is no fork, or as below. STATUS_NOT_FOUND: there is no such cell or file.
/// STATUS_DENIED: it is a part of nano_core, or another one could not exist twice. STATUS_OVERFLOW:
/// the fork was changed too often while others looked on. Else as cell_load().
enum status cells_replace(const struct namespace_reference *fork,
                          const struct cell_replacement replacements[], size_t count,
                          struct cell_problem *problem);

enum { CELLS_AT_ONCE = 16 }; ///< how many can be replaced by one call

/// Takes the archive's list of signatures for checked if `digest` is its own, as it is of the list
/// of nano_core's own build. False: it is another list, whose signature is verified when needed.
bool cells_trust_list(const struct digest *digest);

/// What the cell in a file of the store says of itself; the texts borrow from the file. Statuses of
/// a damaged object as above.
enum status cell_describe(const struct stored_file *file, struct cell_description *description,
                          struct cell_problem *problem);

/// The bounds of a cell that nano_core was linked from, or of the rest of nano_core.
struct cell_bounds {
    const char *name;
    const char *purpose; ///< of what has no file in the store; null: its manifest says it all
    uint64_t start[5];   ///< by enum cell_region_kind
    uint64_t end[5];
};

/// Begins with the namespaces `kernel` and `application`, and makes the records of the cells within
/// nano_core, which live in `kernel`, pinned, from their own files in the store;
/// where sections and symbols lie is compared with nano_core's file, which is lent for good. No
/// cell may need a later one of `bounds`. STATUS_DAMAGED: nano_core was linked from other files.
enum status cells_adopt(const struct cell_bounds bounds[], size_t count, const void *nano_core,
                        size_t size, struct cell_problem *problem);
