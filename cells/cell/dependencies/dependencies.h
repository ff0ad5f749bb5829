// SPDX-License-Identifier: MIT
/// dependencies: which section depends on which, each by a relocation.
///
/// Nothing of this is stored. The relocations are read from the pristine objects, which the records
/// of the cells name; where a symbol lies is in the records. Relocations within a cell count too:
/// they are needed to move, verify and repair it.
///
///     outgoing of a section:  walk its cell,             dependency_next_from(&walk, section, ...)
///     incoming of a section:  walk each cell that needs  dependency_next_to(&walk, cell, section,
///                             its cell, and its own      ...)
///
/// Callers:    as cell_metadata.
/// Live swap:  nothing is remembered; a walk belongs to its caller.
/// Fault:      nothing is changed.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/cell_metadata.h>
#include <cell/elf_object.h>
#include <cell/status.h>

/// A relocation, as who depends on whom. Borrows from the cells.
struct dependency {
    const struct cell *dependent;
    const struct cell_section *from; ///< the section that is written to
    uint64_t offset;                 ///< there
    uint32_t type;                   ///< R_X86_64_*
    int64_t addend;
    const struct cell *provider;     ///< may be the dependent
    const struct cell_section *to;   ///< null: the symbol is in no section, or not of this memory
    const struct cell_symbol *named; ///< the provider's symbol that is imported; null: an own one
    uint64_t address;                ///< of the symbol
};

/// A walk through all dependencies of one cell, which must be owned as long.
struct dependency_walk {
    BORROWS const struct cell *cell;
    struct elf elf;
    size_t symtab;
    size_t relocations;                      ///< section with those being read; 0: none yet
    size_t entry;                            ///< of the next
    BORROWS const struct cell_section *from; ///< the section that they apply to
};

/// Begins a walk. STATUS_DAMAGED, STATUS_UNSUPPORTED: the pristine object is not what was loaded.
enum status dependencies_begin(const struct cell *cell, struct dependency_walk *walk);

/// The next dependency of the cell. False: no more.
bool dependency_next(struct dependency_walk *walk, struct dependency *dependency);

/// The next one of a section of the cell.
bool dependency_next_from(struct dependency_walk *walk, const struct cell_section *section,
                          struct dependency *dependency);

/// The next one that leads to a section of `provider`.
bool dependency_next_to(struct dependency_walk *walk, const struct cell *provider,
                        const struct cell_section *section, struct dependency *dependency);

/// Many cells at a time, each owned.
struct AFFINE cell_list {
    LIVE_WORD size_t capacity;
    size_t count;
    struct cell_reference cells[];
};

void cell_list_drop(TAKES(struct cell_list) list);
OWNS(cell_list, capacity);

/// Fills `box` with a list of all cells that are loaded now, in the order of loading.
/// STATUS_EXHAUSTED: no memory.
enum status cell_list_take(FILLS(struct box) box);
