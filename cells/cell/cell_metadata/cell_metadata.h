// SPDX-License-Identifier: MIT
/// cell_metadata: the bounds of cells, as they persist at run time.
///
/// The cell loader makes a record complete before it adds it; from then on it does not change.
///
/// Callers:    reading: anyone, in any context. Adding: the cell loader.
/// Live swap:  the list of records is all the state there is.
/// Fault:      a record is added by one store.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/status.h>
#include <cell/text.h>

enum cell_region_kind {
    CELL_TEXT,
    CELL_RODATA,
    CELL_DATA,
    CELL_ZEROED,  ///< zeroed data of a cell that nano_core was linked from; else part of CELL_DATA
    CELL_PER_CPU, ///< its address is an offset from %gs
    CELL_REGIONS
};

struct cell_region {
    uint64_t address;
    uint64_t size; ///< in bytes
};

struct cell_symbol {
    const char *name;
    uint64_t address;
    uint64_t size; ///< in bytes
    bool function;
    bool exported; ///< other cells may refer to it
};

/// What a cell says of itself. The texts borrow from its file.
struct cell_description {
    struct text name;
    struct text version;
    struct text purpose;
    struct text guards; ///< who may use its symbols: see policy.h
    const char *kind;   ///< "kernel", "driver" or "application"
};

struct cell {
    struct cell_description description;
    struct cell_region regions[CELL_REGIONS];
    struct cell_symbol *symbols; ///< by rising address
    size_t symbol_count;
    const struct cell **needs; ///< the cells that its manifest names
    size_t need_count;
    size_t sections;   ///< functions and data objects with a section of their own
    bool in_nano_core; ///< linked into nano_core, not loaded
    bool vouched;      ///< its signature was found good
    struct cell *next; ///< in the order of loading
};

/// Where an address lies.
struct cell_location {
    const struct cell *cell;
    const struct cell_symbol *symbol; ///< null: before the first symbol of its region
    uint64_t offset;                  ///< from the symbol, or from the region's start
};

/// A record in the making, whose owner may write to it.
struct AFFINE cell_record {
    LIVE_POINTER(struct cell) cell;
};

/// Fills `record` with one that has room for `symbols` and `needs`, of which it has none yet.
/// STATUS_EXHAUSTED: no memory.
enum status cell_record_create(size_t symbols, size_t needs, FILLS(struct cell_record) record);

/// Frees the record.
void cell_record_drop(TAKES(struct cell_record) record);

OWNS(cell_record, cell);

/// Adds a complete record to the list, where it stays; symbols are sorted first.
const struct cell *cell_add(TAKES(struct cell_record) record);

/// The loaded cell of that name, or null.
const struct cell *cell_find(struct text name);

/// The cell loaded after `cell`; the first after null. Null: no more.
const struct cell *cell_next(const struct cell *cell);

/// The symbol `name` that `cell` exports, or null.
const struct cell_symbol *cell_export(const struct cell *cell, const char *name);

/// Borrows what a symbol names, for as long as its cell is loaded.
const void *cell_symbol_object(const struct cell_symbol *symbol);

/// The function `main` of an application, or null where the cell exports none.
int (*cell_main(const struct cell *cell))(int argc, char *argv[]);

bool cell_depends_on(const struct cell *dependent, const struct cell *cell);

/// Finds cell and symbol of an address. STATUS_NOT_FOUND: it is in no cell.
enum status cell_locate(uint64_t address, struct cell_location *location);
