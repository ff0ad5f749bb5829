// SPDX-License-Identifier: MIT
/// Cells as owners, and those that can be found; private to cell_metadata.
#pragma once
#include <cell/cell_metadata.h>
#include <cell/lock.h>
#include <cpu/per_cpu.h>
#include <memory/box.h>
#include <memory/mapped_pages.h>

/// A cell with what it owns: the content of the box that `struct cell_reference` shares.
struct AFFINE owned_cell {
    LIVE_WORD uint64_t begun;
    struct cell facts;
    struct mapped_pages_exec text;
    struct mapped_pages rodata;
    struct shared data; // a box of struct mapped_pages_mut, perhaps with other cells' too
    struct per_cpu_space per_cpu;
    struct box tables;
    struct cell_reference pin; // to itself, if it is pinned
    struct weak self;
    BORROWS struct owned_cell *next; // in the registry, with the same hash
    struct cell_reference needs[];   // as many as the facts say
};

void owned_cell_drop(TAKES(struct owned_cell) cell);
OWNS(owned_cell, begun);

enum { REGISTRY_BUCKETS = 256 };

/// Cells by the hash of their names. A link is changed by one store, with the lock held; it is read
/// without by cell_locate().
struct cell_registry {
    struct spin_lock lock;
    struct owned_cell *buckets[REGISTRY_BUCKETS];
    uint64_t last_number GUARDED_BY(&lock);
};

struct owned_cell *owned_cell_of(const struct cell_reference *reference);

/// Takes the cell out, if it is in.
void registry_remove(struct owned_cell *cell);

uint32_t hash_text(struct text text);

/// Sorts the cell's symbols by address and fills its table of exports.
void index_symbols(struct cell *cell);
