// SPDX-License-Identifier: MIT
/// Many live mappings of a page each, kept in one of two designs; private to bench_mappings.
///
/// Owned: a mapping is a value that its holder keeps; nothing else knows of it. Areas: the address
/// space has a tree of all mappings, and its holder keeps an address, as with mmap() and munmap().
/// The work below, on frames and page tables, is the same.
#pragma once
#include <memory/area_tree.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>

#include <cell/ownership.h>

/// A slot of the owned design: one of the two, or nothing.
struct owned_slot {
    struct mapped_pages_mut writable;
    struct mapped_pages readable;
};

/// Mappings in slots 0 to `count` - 1, each of which holds one or none.
struct AFFINE population {
    struct mapped_pages_mut storage; ///< of the slots
    struct pages room;               ///< areas: the addresses that the tree divides up
    struct area_tree tree;           ///< areas
    size_t count;
    LIVE_WORD bool made;
};

void population_drop(TAKES(struct population) population);

OWNS(population, made);

struct design {
    const char *name;

    /// Prepares a fresh population for its `count`. STATUS_EXHAUSTED: no memory or no addresses.
    /// STATUS_EXISTS: it is not fresh.
    enum status (*prepare)(struct population *population);

    /// Maps a page of fresh zeroed memory, writable, into an empty slot.
    enum status (*map)(struct population *population, size_t slot);

    /// Makes the page of a slot read-only; `permit_writing` makes it writable again.
    enum status (*remap)(struct population *population, size_t slot);
    enum status (*permit_writing)(struct population *population, size_t slot);

    /// Unmaps the page of a slot, which is empty then.
    enum status (*unmap)(struct population *population, size_t slot);
};

extern const struct design design_owned, design_areas;
