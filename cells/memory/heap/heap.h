// SPDX-License-Identifier: MIT
/// heap: memory in pieces of any size, each of which has one owner at every instruction.
///
///     empty --heap_allocate--> owns a piece --heap_piece_drop--> empty
///
/// Pieces of up to 8 KiB come from slabs, 64 KiB each, of which every CPU has its own for each size
/// class; larger ones are mappings. A piece may be dropped on any CPU.
///
/// Three cells offer this interface, from one source (design.h); they differ in how a piece leads
/// back to its slab and to the mapping that the slab lies in. Cells need `heap_owned`.
///
/// Callers:    any task on any CPU; not interrupt handlers.
/// Live swap:  pieces stay valid: the slabs are mappings, and the state leads to them.
/// Fault:      what the hot path does is *restartable* (<cell/restartable.h>), or *atomic*: one
///             store moves a piece between its slab and its slot. The lists of slabs and the large
///             pieces are *journaled*: a change in progress is an owner, and its drop completes or
///             undoes it. How many empty slabs are kept is *rebuildable*: heap_trim() counts anew.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/binding.h>
#include <cell/heap_piece.h>
#include <cell/ownership.h>
#include <cell/status.h>

/// Fills `piece` with `size` bytes of zeroed memory, aligned to 16; up to 8 bytes, to 8 only.
/// STATUS_INVALID: size is 0. STATUS_EXHAUSTED: there is no memory, even after the caches gave
/// theirs back.
enum status heap_allocate(size_t size, FILLS(struct heap_piece) piece);

/// Gives the piece back. Panics if the piece is none: the second of two drops by way of a forged
/// slot is found if it is of a large piece, or if the slab is gone; in the debug build always.
void heap_piece_drop(TAKES(struct heap_piece) piece);

OWNS(heap_piece, start);

/// Gives back to the system what is empty: all CPUs' slabs without a piece in use, but for those
/// from which another CPU allocates just now. heap_half_owned gives its records back too, if none
/// is in use; heap_owned keeps them.
void heap_trim(void);

/// What a cache does about a shortage: gives pieces back, and says whether it did.
BINDING(heap_relief, bool (*)(void));

/// Calls `relief` from now on when memory is exhausted. It may drop pieces, not allocate.
/// STATUS_EXHAUSTED: there are HEAP_RELIEFS already.
enum status heap_relief_add(TAKES(struct heap_relief) relief);

/// Drops the bindings to `target`.
void heap_relief_remove(bool (*target)(void));

enum { HEAP_RELIEFS = 16 };

struct heap_statistics {
    uint64_t mapped;      ///< bytes that are mapped for the heap, its own records included
    uint64_t empty_slabs; ///< kept for the next allocation
    uint64_t cpus;        ///< that have used the heap
};

struct heap_statistics heap_statistics(void);
