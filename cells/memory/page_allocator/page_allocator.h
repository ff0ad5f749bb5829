// SPDX-License-Identifier: MIT
/// page_allocator: who may use which virtual addresses.
///
/// The address space has one area a purpose (docs/reference/address_space.md). Every run is given
/// out with an unmapped page behind it, so that running off its end is a fault.
///
///     free --pages_allocate--> held --pages_free--> free
///
/// Callers:    boot CPU only, not from exceptions.
/// Live swap:  deeds stay valid, because they name addresses and not this cell.
/// Fault:      see range_map.
#pragma once
#include <stdint.h>

#include <cell/status.h>

enum page_area {
    PAGES_CELLS, ///< in the top 2 GiB, where 32-bit relocations reach
    PAGES_HEAP,
    PAGES_STACKS,
    PAGES_DEVICES,
    PAGE_AREAS
};

struct pages {
    uint64_t address; ///< of the first page
    uint64_t count;   ///< of 4 KiB; 0: an empty deed
    enum page_area area;
};

void page_allocator_start(void);

/// Fills `deed` with `count` adjacent free pages of `area`, none of them mapped.
/// STATUS_INVALID: count is 0. STATUS_EXHAUSTED: no free run is that long.
enum status pages_allocate(enum page_area area, uint64_t count, struct pages *deed);

/// Gives the pages back and empties the deed. They must not be mapped.
void pages_free(struct pages *deed);
