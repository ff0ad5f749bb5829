// SPDX-License-Identifier: MIT
/// A load in progress; private to cell_loader.
#pragma once
#include <cell/cell_loader.h>
#include <cell/cell_metadata.h>
#include <cell/cell_store.h>
#include <cell/elf_object.h>
#include <cell/manifest.h>
#include <cpu/per_cpu.h>
#include <memory/box.h>
#include <memory/mapped_pages.h>

enum { MAPPED_REGIONS = 3 }; // text, rodata, data

/// What a load makes: dropped as a whole unless it is brought to its end.
struct AFFINE load_parts {
    struct cell_record record;
    struct mapped_pages regions[MAPPED_REGIONS]; // by enum cell_region_kind
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
    bool waived;                // it may be unsigned
    bool vouched;               // its signature is good
    size_t symtab;              // 0: the object has no symbols
    BORROWS uint64_t *sections; // address by section index, 0: not loaded
    BORROWS uint64_t *symbols;  // address by symbol index
    BORROWS struct load_parts *parts;
    BORROWS struct cell *cell; // the record's
    char name[64];             // of the file, zero-ended
    struct cell_problem *problem;
};

/// Sets the problem to "FILE: section SECTION: REASON" and returns `status`. Section 0: none.
[[gnu::format(printf, 4, 5)]] enum status load_fail(struct load *load, enum status status,
                                                    size_t section, const char *reason, ...);

/// Opens the file's object and parses its manifest.
enum status load_open(struct load *load);

struct cell_description load_description(const struct manifest *manifest);

/// Words of the needs in the manifest.
size_t load_need_count(const struct manifest *manifest);

/// Gives each section that is needed at run time its place, maps the regions, copies the contents.
enum status load_image(struct load *load);

/// Finds the address of every symbol; fills the record's symbols.
enum status load_symbols(struct load *load);

/// Applies all relocations.
enum status load_relocations(struct load *load);

/// Checks the signature, once a file; sets `vouched`. STATUS_DENIED: it is not signed, and that is
/// not waived.
enum status load_authenticate(struct load *load);

/// Checks what the manifest asks for. STATUS_DENIED: the policy does not grant all of it.
enum status load_check_policy(struct load *load);

/// Checks the symbols that it uses of others. STATUS_DENIED: one is guarded by a capability that it
/// does not hold.
enum status load_check_imports(struct load *load);

/// Checks all instructions of the linked text. STATUS_DENIED: one wants a capability that the cell
/// does not hold. STATUS_DAMAGED: something is no instruction, or what is entered lies within one.
enum status load_check_code(struct load *load);

/// Which region the section `index` belongs to, or CELL_REGIONS for one that is not loaded.
enum cell_region_kind load_region_of(const struct load *load, size_t index,
                                     const Elf64_Shdr *section);
