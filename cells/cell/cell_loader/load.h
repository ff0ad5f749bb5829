// SPDX-License-Identifier: MIT
/// A load in progress; private to cell_loader.
#pragma once
#include <cell/cell_abi.h>
#include <cell/cell_loader.h>
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/cell_store.h>
#include <cell/elf_object.h>
#include <cell/manifest.h>
#include <cell/slice.h>
#include <cpu/per_cpu.h>
#include <memory/box.h>
#include <memory/mapped_pages.h>

enum { MAPPED_REGIONS = 3 }; // text, rodata, data

enum { LOAD_DEEPEST = 32 }; // how many cells may be in loading at once, each needed by another

/// A cell that is being replaced in a fork.
struct load_replacement {
    struct text name; ///< lasting
    struct stored_file file;
};

/// What the loads for one call have in common.
struct load_path {
    struct text names[LOAD_DEEPEST]; ///< of the cells in loading, innermost last
    size_t length;
    bool waived; ///< the outermost may be unsigned
    BORROWS const struct namespace_reference *within;
    BORROWS const struct load_replacement *replacements;
    size_t replacement_count;
    BORROWS struct cell_problem *problem;
};

/// As cell_load().
enum status load_within(struct load_path *path, struct text name,
                        FILLS(struct cell_reference) cell);

/// Sets the problem to a sentence and returns `status`.
[[gnu::format(printf, 3, 4)]] enum status load_refuse(struct cell_problem *problem,
                                                      enum status status, const char *format, ...);

// The address of a symbol whose section is not in memory, or empty: nothing may refer to it.
static constexpr uint64_t NOWHERE = UINT64_MAX;

/// What a load makes: dropped as a whole unless it is brought to its end.
struct AFFINE load_parts {
    struct cell_reference cell;
    struct mapped_pages_mut regions[MAPPED_REGIONS]; // by enum cell_region_kind; while filled
    struct per_cpu_space per_cpu;
    struct box scratch; // addresses of sections and symbols
    LIVE_WORD uint64_t begun;
};

void load_parts_drop(TAKES(struct load_parts) parts);

OWNS(load_parts, begun);

struct load {
    struct stored_file file;
    struct elf elf;
    struct manifest manifest;
    bool waived;                                      // it may be unsigned
    bool vouched;                                     // its signature is good
    struct cell_abi abi;                              // without entries: not built with the checker
    size_t symtab;                                    // 0: the object has no symbols
    size_t sections_of[CELL_REGIONS];                 // how many are not empty
    size_t frames;                                    // the section .eh_frame, 0: there is none
    struct cell_capacity capacity;                    // of the record's tables
    BORROWS const struct namespace_reference *within; // the namespace for which it is loaded
    struct text alias; // the name that it takes in place of its own; empty: none
    bool replaces;     // it lives within, wherever it could live
    BORROWS const struct cell_bounds *bounds; // of a cell within nano_core; else null
    uint64_t bases[CELL_REGIONS];             // the addresses that the regions are linked for
    BORROWS uint64_t *sections;               // address by section index, 0: not loaded
    BORROWS uint64_t *symbols;                // address by symbol index, NOWHERE: not in memory
    BORROWS uint64_t *relocated;              // by section index: the section with its relocations
    BORROWS struct load_parts *parts;
    BORROWS struct cell *cell; // the one in the making
    char name[64];             // of the file, zero-ended
    struct cell_problem *problem;
};

/// Sets the problem to "FILE: section SECTION: REASON" and returns `status`. Section 0: none.
[[gnu::format(printf, 4, 5)]] enum status load_fail(struct load *load, enum status status,
                                                    size_t section, const char *reason, ...);

/// Refuses a symbol that no need of the cell exports; says who does, or what to do without it.
enum status load_refuse_missing(struct load *load, const char *name);

/// Refuses a symbol of a type that has no place here; common ones are STT_COMMON.
enum status load_refuse_symbol(struct load *load, unsigned type, const char *name);

/// Refuses a relocation in `section` that the loader does not apply.
enum status load_refuse_relocation(struct load *load, size_t section, uint32_t type,
                                   uint64_t offset);

/// The identities of the types of functions that are called through pointers:
/// docs/reference/cell_format.md.
enum load_identity : uint32_t {
    IDENTITY_OF_MAIN = 0x4B0A875F, // int (int, char *[])
    IDENTITY_OF_HOOK = 0xFA5A3AE6, // enum status (void)
};

/// Refuses a function whose identity is another one.
enum status load_check_entry(struct load *load, const struct cell_symbol *function,
                             enum load_identity identity);

SLICE(words, uint64_t);

/// Where direct branches may leave the text.
struct exits {
    struct words slots; // a hash table of addresses; 0: free
};

/// How many slots it takes; they must be zero.
size_t exits_size(const struct cell *cell);
void exits_fill(const struct exits *exits, const struct cell *cell);
bool exits_have(const struct exits *exits, uint64_t address);

/// Opens the file's object and parses its manifest.
enum status load_open(struct load *load);

struct cell_description load_description(const struct manifest *manifest);

/// Makes the parts' cell, empty but for its description, with room for what the object holds, and
/// the scratch.
enum status load_create(struct load *load);

/// Opens the section `.cell.abi`, if there is one, and notes it in the record.
enum status load_abi(struct load *load);

/// Refuses a symbol that this cell was compiled with as something else than `provider` exports.
enum status load_check_import(struct load *load, const struct cell *provider, const char *symbol);

/// Refuses what was compiled in from headers that the cells in memory were not built with.
enum status load_check_compiled_in(struct load *load);

/// Gives each section that is needed at run time its place, maps the regions, copies the contents.
enum status load_image(struct load *load);

/// Whether the cell keeps that part of it which is within nano_core.
static inline bool load_is_in_place(const struct load *load, unsigned kind)
{
    return load->bounds && kind != CELL_TEXT && kind != CELL_RODATA;
}

/// Finds the address of every symbol; fills the record's symbols and imports.
enum status load_symbols(struct load *load);

/// Applies all relocations to what is not in its place already, for the addresses in `bases`,
/// `sections` and `symbols`.
enum status load_relocations(struct load *load);

/// Checks the signature, once a file; sets `vouched`. STATUS_DENIED: it is not signed, and that is
/// not waived.
enum status load_authenticate(struct load *load);

/// Checks what the manifest asks for. STATUS_DENIED: the policy does not grant all of it.
enum status load_check_policy(struct load *load);

/// Checks a symbol that it uses of another cell. STATUS_DENIED: `provider` guards it by a
/// capability that the cell does not hold.
enum status load_check_guards(struct load *load, const struct cell *provider, const char *symbol);

/// Checks all instructions of the linked text. STATUS_DENIED: one wants a capability that the cell
/// does not hold. STATUS_DAMAGED: something is no instruction, or what is entered lies within one.
enum status load_check_code(struct load *load);

/// Finds out in which namespace the cell lives, once all that it needs is loaded. STATUS_DENIED: it
/// may not live there.
enum status load_place(struct load *load);

/// Moves the regions, which are filled, to the cell.
enum status load_seal(struct load *load);

/// Which region the section `index` belongs to, or CELL_REGIONS for one that is not loaded.
enum cell_region_kind load_region_of(const struct load *load, size_t index,
                                     const Elf64_Shdr *section);
