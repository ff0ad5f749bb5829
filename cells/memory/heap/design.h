// SPDX-License-Identifier: MIT
// design: the one way in which the three heaps differ, and which a cell chooses by defining
// HEAP_DESIGN: how an address leads to its slab, and a slab to the mapping that it lies in. They
// are those of the thesis (9.3.3).
//
// HEAP_RAW         The slab's record lies at its start and is found by masking the address. The
//                  mapping is forgotten; what knows of it is a number in the record.
// HEAP_HALF_OWNED  The record lies there too. The mappings are owned, in a table, and the record
// has
//                  a raw pointer to its own.
// HEAP_OWNED       The records are a table, which is owned, and each owns its slab's mapping. The
//                  number of the 64 KiB in which an address lies is the index of its record, cut to
//                  the table's size; so no address, however wrong, leads outside of the table, and
//                  nothing that is written to a piece can reach a record.
//
// The owned heap pays one instruction when a piece is dropped, for the table's address. It gets
// back the test for an empty slot: address 0 has a record, which is nobody's.
#pragma once
#include <cell/slice.h>
#include <memory/mapped_pages.h>

#define HEAP_RAW 0
#define HEAP_HALF_OWNED 1
#define HEAP_OWNED 2

#if HEAP_DESIGN != HEAP_RAW
#include <memory/frame_allocator.h>
#endif

#if HEAP_DESIGN == HEAP_RAW
struct slab_backing {
    uint64_t size; // of the mapping that begins with the record
};
#elif HEAP_DESIGN == HEAP_HALF_OWNED
struct slab_backing {
    struct mapped_pages_mut *mapping; // in the table
};
#elif HEAP_DESIGN == HEAP_OWNED
struct slab_backing {
    struct mapped_pages_mut mapping;
};
#else
#error "HEAP_DESIGN is one of the above"
#endif

// Operands of slab_pop(): what the offset of a piece is added to.
#if HEAP_DESIGN == HEAP_OWNED
#define SLAB_BASE_OPERAND "%c[base](%[slab])"
#define SLAB_BASE_INPUT [base] "i"(offsetof(struct slab, backing.mapping.address))
enum : uint64_t { LARGE_HEADER = 0 }; // bytes before a large piece
#else
#define SLAB_BASE_OPERAND "%[slab]"
#define SLAB_BASE_INPUT [base] "i"(0)
enum : uint64_t { LARGE_HEADER = 64 };
#endif
