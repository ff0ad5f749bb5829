// SPDX-License-Identifier: MIT
/// area_tree: the conventional record of an address space, as the baseline of a measurement.
///
/// Nothing of the system uses it. Here who maps memory owns the mapping, and no list of mappings
/// exists; elsewhere a table belongs to the address space, in which each operation looks its area
/// up. This is such a table, built as Linux built it up to version 6.0: a red-black tree of areas
/// by address, each node with the largest gap below it, and a list by address through the nodes.
/// Adjoining areas of equal protection become one.
///
///     empty --area_tree_start--> made --area_insert, area_remove--> made --area_tree_drop--> empty
///
/// Equations: no red area has a red child; each way down passes as many black ones; `gap` is the
/// free room before an area, `largest_gap` the largest `gap` of its subtree.
///
/// Callers:    one at a time; the caller has a lock or needs none.
/// Live swap:  the tree is the caller's; nothing here is remembered.
/// Fault:      a fault within a change may lose areas: a baseline is not meant to last.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/heap_piece.h>
#include <cell/ownership.h>
#include <cell/status.h>

/// A run of addresses of one protection: a piece of the heap, which owns itself.
struct area {
    struct heap_piece piece;
    uint64_t start, end;
    BORROWS struct area *parent, *left, *right;
    BORROWS struct area *before, *after; ///< neighbours by address
    uint64_t gap, largest_gap;
    unsigned protection; ///< the caller's
    bool red;
};

struct AFFINE area_tree {
    uint64_t start; ///< of the room that it divides up
    LIVE_WORD uint64_t end;
    struct area *root;
    struct area *first, *last; ///< by address
    size_t count;
};

/// Fills `tree` with one of the room from `start` to before `end`, which is not 0.
void area_tree_start(uint64_t start, uint64_t end, FILLS(struct area_tree) tree);

/// Frees all areas.
void area_tree_drop(TAKES(struct area_tree) tree);

OWNS(area_tree, end);

/// Makes an area of `size` bytes in the lowest gap that leaves `guard` bytes free before it; sets
/// `*address`. STATUS_EXHAUSTED: no gap is that large, or there is no memory for the area.
enum status area_insert(struct area_tree *tree, uint64_t size, uint64_t guard, unsigned protection,
                        uint64_t *address);

/// The area that holds `address`, or null.
struct area *area_find(const struct area_tree *tree, uint64_t address);

/// Changes the protection of a whole area, which may join its neighbours and is then gone.
void area_protect(struct area_tree *tree, struct area *area, unsigned protection);

/// Removes an area.
void area_remove(struct area_tree *tree, struct area *area);
