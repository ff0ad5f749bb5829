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
#include <cell/slice.h>
#include <cell/status.h>
#include <cell/text.h>

struct cell_description;
struct mapped_pages;
struct mapped_pages_exec;
struct shared;
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
/// STATUS_DENIED: it is resident, or another one could not exist twice. STATUS_OVERFLOW:
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

/// The bounds of a cell that nano_core was linked from, by enum cell_region_kind.
struct cell_bounds {
    const char *name;
    uint64_t start[5];
    uint64_t end[5];
};

/// nano_core, as long as it is in use. All is lent.
struct nano_core {
    const struct cell_bounds *cells; ///< none of them needs a later one
    size_t cell_count;
    const struct mapped_pages_exec *text;
    const struct mapped_pages *rodata;
    const struct shared *data; ///< a box of struct mapped_pages_mut, of the cells' data
};

/// Where the text or the read-only data of a cell were within nano_core, and where they are now.
struct cell_move {
    uint64_t from; ///< from the start of nano_core's text, so that it is not taken for an address
    uint64_t to;   ///< an address
    uint64_t size; ///< in bytes
};

SLICE(cell_moves, struct cell_move);

enum { CELL_MOVES = 2 }; ///< of a cell

/// Loads each of nano_core's cells anew, from its own file in the store: with new text and
/// read-only data, and with the data that nano_core's have, which both use from then on. The new
/// text and read-only data, were they linked where nano_core's are, must equal them byte for byte;
/// so the cells are as trustworthy as nano_core, and nothing else about them is checked. They are
/// pinned, and live in the namespace `kernel`; it and `application` begin here. Fills `moves`, of
/// CELL_MOVES a cell. STATUS_DAMAGED: nano_core was linked from other files.
enum status cells_take_over(const struct nano_core *core, struct cell_moves moves,
                            struct cell_problem *problem);
