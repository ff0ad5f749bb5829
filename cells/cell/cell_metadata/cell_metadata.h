// SPDX-License-Identifier: MIT
/// cell_metadata: the bounds of cells, as they persist at run time, and who owns them.
///
/// A cell in memory owns its mappings, its tables and a counted reference to each cell that it
/// needs. It has one or more owners itself, each a `struct cell_reference`; what `struct cell` says
/// can be read as long as one of them is held:
///
///     cell_create --> empty, one owner --the cell loader fills it--> cell_enter --> can be found
///     cell_reference_share, cell_find, cell_next --> one more owner
///     the last owner is dropped --> STOP runs, the memory is unmapped, what it needs is dropped
///
/// So an application goes when its caller drops it, with all that nobody else needs. cell_pin()
/// makes a cell own itself: it stays until cell_unpin().
///
/// A cell lives in one namespace, of which this cell knows the number only. Cells of one name are
/// told apart by it; which of them a name means is for <cell/cell_namespace.h> to say.
///
/// Its data have a counted owner of their own, so that objects can outlive the cell that brought
/// them: cell_data_share().
///
/// A record holds facts. What can be derived is derived: the relocations stay in the pristine
/// object, which the record names; who depends on a cell follows from what the others need.
/// `<cell/dependencies.h>` reads both.
///
/// Callers:    any task on any CPU; not interrupt handlers, but for cell_locate().
/// Live swap:  the registry is all the state there is; records name no code of this cell but the
///             descriptor of `struct cell`.
/// Fault:      a cell enters and leaves the registry by one store; a record is dropped member by
///             member and can be dropped again.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/heap_piece.h>
#include <cell/ownership.h>
#include <cell/slice.h>
#include <cell/status.h>
#include <cell/text.h>
#include <memory/shared.h>

struct mapped_pages; // <memory/mapped_pages.h>
struct mapped_pages_mut;
struct mapped_pages_exec;
struct per_cpu_space; // <cpu/per_cpu.h>

enum cell_region_kind {
    CELL_TEXT,
    CELL_RODATA,
    CELL_DATA,
    CELL_ZEROED,  ///< zeroed data of a cell that was part of nano_core; else part of CELL_DATA
    CELL_PER_CPU, ///< its address is an offset from %gs
    CELL_REGIONS
};

struct cell_region {
    uint64_t address;
    uint64_t size; ///< in bytes
};

/// A function or a data object that has a section of its own.
struct cell_section {
    const char *name; ///< in the pristine object
    uint64_t address;
    uint64_t size;     ///< in bytes, not 0
    uint32_t index;    ///< in the pristine object
    uint32_t checksum; ///< CRC-32 of the contents in the pristine object
    enum cell_region_kind kind;
};

struct cell_symbol {
    const char *name;
    uint64_t address;
    uint64_t size;    ///< in bytes
    uint32_t section; ///< index in the pristine object; 0: there is no such object
    bool function;
    bool exported; ///< other cells may refer to it
};

/// What a symbol that the pristine object leaves open was bound to.
struct cell_import {
    uint32_t symbol; ///< index in the pristine object's table of symbols
    uint32_t need;   ///< index among `needs`
    uint32_t export; ///< index among the symbols of that cell
};

SLICE(cell_sections, struct cell_section);
SLICE(cell_symbols, struct cell_symbol);
SLICE(cell_imports, struct cell_import);
SLICE(cell_slots, uint32_t);

/// What a cell says of itself. The texts borrow from its file.
struct cell_description {
    struct text name;
    struct text version;
    struct text purpose;
    struct text guards; ///< who may use its symbols: see policy.h
    struct text kind;   ///< "kernel", "driver" or "application"
};

/// An owner of a cell, one of many.
struct AFFINE cell_reference {
    union {
        LIVE_POINTER(struct shared_block) block;
        struct shared shared; ///< that the block is of
    };
};

void cell_reference_drop(TAKES(struct cell_reference) reference);
OWNS(cell_reference, block);

SLICE(cell_needs, struct cell_reference);

enum cell_state {
    CELL_LINKING, ///< being filled; START has not run
    CELL_LOADED,
    CELL_STOPPING, ///< its last owner is gone
};

/// The facts about a cell. They do not change once it can be found, but for `state` and `space`.
struct cell {
    enum cell_state state;
    struct cell_description description;
    struct text file;                         ///< name of the pristine object's file
    struct const_bytes object;                ///< that file: the pristine object
    struct const_bytes abi;                   ///< its section .cell.abi, in the file; empty: none
    struct cell_region regions[CELL_REGIONS]; ///< where its parts lie, whoever mapped them
    /// By region; in each by rising address, and by rising index but for the last one, for the
    /// loader puts `.eh_frame` behind the other read-only data.
    BORROWS struct cell_sections sections;
    BORROWS struct cell_symbols symbols; ///< by rising address
    BORROWS struct cell_imports imports; ///< by rising symbol
    BORROWS struct cell_slots slots;     ///< hash table of exports: index among symbols, plus 1
    BORROWS struct cell_needs needs;     ///< the cells that its manifest names
    bool resident;                       ///< nano_core was linked from it: it stays, pinned
    bool vouched;                        ///< its signature was found good
    bool application;                    ///< of that kind
    bool singular;   ///< it touches the machine and has data: there can be no second one
    uint32_t depth;  ///< cells on the longest way down, itself included
    uint64_t space;  ///< number of the namespace in which it lives
    uint64_t stop;   ///< address of its STOP function, 0: none
    uint64_t number; ///< rises in the order of loading
};

/// How many entries the tables of a cell have room for.
struct cell_capacity {
    size_t needs;
    size_t sections;
    size_t symbols;
    size_t exports; ///< of these
    size_t imports;
};

/// Fills `reference` with the only owner of an empty cell in state CELL_LINKING, whose slices are
/// empty but have room; only `needs` has its length already. STATUS_EXHAUSTED: no memory.
enum status cell_create(const struct cell_capacity *capacity,
                        FILLS(struct cell_reference) reference);

/// The cell, to be filled by who made it, until cell_enter().
struct cell *cell_in_making(const struct cell_reference *reference);

/// The cell that `reference`, which must not be empty, owns with others.
const struct cell *cell_of(const struct cell_reference *reference);

/// Fills `other` with one more owner. STATUS_INVALID: `reference` is empty. STATUS_OVERFLOW: there
/// are 2^32 - 1.
enum status cell_reference_share(const struct cell_reference *reference,
                                 FILLS(struct cell_reference) other);

/// How many owners the cell has.
uint32_t cell_reference_count(const struct cell_reference *reference);

// Gives memory to a cell in the making.
void cell_own_text(const struct cell_reference *cell, TAKES(struct mapped_pages_exec) text);
void cell_own_rodata(const struct cell_reference *cell, TAKES(struct mapped_pages) rodata);
void cell_own_per_cpu(const struct cell_reference *cell, TAKES(struct per_cpu_space) space);
/// STATUS_EXHAUSTED: no memory; nothing is taken.
enum status cell_own_data(const struct cell_reference *cell, TAKES(struct mapped_pages_mut) data);
/// Data that cells own together: a box of struct mapped_pages_mut.
void cell_own_shared_data(const struct cell_reference *cell, TAKES(struct shared) data);

/// Lends the text, for text_write().
const struct mapped_pages_exec *cell_text(const struct cell_reference *cell);

/// Fills `data` with one more owner of the cell's data, a box of struct mapped_pages_mut.
/// STATUS_NOT_FOUND: it has none.
enum status cell_data_share(const struct cell_reference *cell, FILLS(struct shared) data);

/// Sorts the symbols, makes the table of exports and enters the cell into the registry.
/// STATUS_EXISTS: there is one of that name in its namespace, perhaps in its last moments.
enum status cell_enter(const struct cell_reference *reference);

/// Lets the cell, whose START has run, be found.
void cell_begin(const struct cell_reference *reference);

/// Makes the cell own itself; once is enough.
enum status cell_pin(const struct cell_reference *reference);

/// Ends that. STATUS_NOT_FOUND: it is not pinned.
enum status cell_unpin(const struct cell_reference *reference);
bool cell_is_pinned(const struct cell_reference *reference);

/// Unpins all cells that live in the namespace of that number.
void cell_unpin_all(uint64_t space);

/// Lets all cells that live in the namespace of one number live in that of another, but those whose
/// name is taken there.
void cell_move_all(uint64_t from, uint64_t to);

/// Fills `reference` with one more owner of the loaded cell of that name which lives in the
/// namespace of that number itself, not below it. STATUS_NOT_FOUND.
enum status cell_find(uint64_t space, struct text name, FILLS(struct cell_reference) reference);

/// The same for the first of `count` namespaces in which such a cell lives.
enum status cell_find_first(const uint64_t spaces[], size_t count, struct text name,
                            FILLS(struct cell_reference) reference);

/// Whether there is such a cell.
bool cell_lives_in(uint64_t space, struct text name);

/// Fills `reference` with one more owner of the cell loaded after the one that `*cursor`, 0 at
/// first, tells of, in whichever namespace. False: no more.
bool cell_next(uint64_t *cursor, FILLS(struct cell_reference) reference);

/// Fills `reference` with one more owner of the cell in whose memory `address` lies.
/// STATUS_NOT_FOUND.
enum status cell_find_address(uint64_t address, FILLS(struct cell_reference) reference);

/// The same for cell_export_hashed().
uint32_t cell_name_hash(const char *name);

/// The symbol `name` that `cell` exports, or null.
const struct cell_symbol *cell_export(const struct cell *cell, const char *name);
const struct cell_symbol *cell_export_hashed(const struct cell *cell, const char *name,
                                             uint32_t hash);

/// The section of that index in the pristine object; null if it is not in memory.
const struct cell_section *cell_section_of(const struct cell *cell, uint32_t index);

/// The section in which `address` lies, or null.
const struct cell_section *cell_section_at(const struct cell *cell, uint64_t address);

/// Borrows `size` bytes of the cell's memory, for as long as it is owned; null where they do not
/// all lie in one of its regions. PER_CPU objects have no memory here.
const void *cell_memory(const struct cell *cell, uint64_t address, uint64_t size);

/// The function `main` of an application, or null where the cell exports none.
int (*cell_main(const struct cell *cell))(int argc, char *argv[]);

/// Calls START or STOP, a function of type `enum status (void)` at that address.
enum status cell_call_hook(uint64_t address);

/// Whether `dependent` needs `cell` directly.
bool cell_depends_on(const struct cell *dependent, const struct cell *cell);

/// Where an address lies.
struct cell_location {
    const struct cell *cell;
    const struct cell_symbol *symbol; ///< null: before the first symbol of its region
    uint64_t offset;                  ///< from the symbol, or from the region's start
};

/// Finds the symbol of an address in `cell`. STATUS_NOT_FOUND: it is not in its memory.
enum status cell_locate_within(const struct cell *cell, uint64_t address,
                               struct cell_location *location);

/// Finds cell and symbol of an address, without a lock, for reports of faults: what it gives is
/// good for as long as that cell is loaded. STATUS_NOT_FOUND: it is in no cell.
enum status cell_locate(uint64_t address, struct cell_location *location);
