// SPDX-License-Identifier: MIT
/// page_allocator: who may use which virtual addresses.
///
/// The address space has one area a purpose (docs/reference/address_space.md). Every run is given
/// out with an unmapped page behind it, so that running off its end is a fault.
///
///     free --pages_allocate--> held --pages_drop--> free
///
/// Callers:    boot CPU only, not from exceptions.
/// Live swap:  deeds stay valid, because they name addresses and not this cell.
/// Fault:      the chain walk drops every deed of the code that died.
#pragma once
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/status.h>

enum page_area {
    PAGES_CELLS, ///< in the top 2 GiB, where 32-bit relocations reach
    PAGES_HEAP,
    PAGES_STACKS,
    PAGES_DEVICES,
    PAGE_AREAS
};

struct AFFINE pages {
    uint64_t address;         ///< of the first page
    LIVE_WORD uint64_t count; ///< of 4 KiB; 0: an empty deed
    enum page_area area;
};

void page_allocator_start(void);

/// Fills `deed` with `count` adjacent free pages of `area`, none of them mapped.
/// STATUS_INVALID: count is 0. STATUS_EXHAUSTED: no free run is that long.
enum status pages_allocate(enum page_area area, uint64_t count, FILLS(struct pages) deed);

/// Gives the pages back, which must not be mapped, and empties the deed.
void pages_drop(TAKES(struct pages) deed);

OWNS(pages, count);

/// Fills `deed` with pages in use that only a mapping names.
void pages_adopt(enum page_area area, uint64_t address, uint64_t count, FILLS(struct pages) deed);

/// Forgets the deed; a mapping is the only record of its pages now.
void pages_leave(TAKES(struct pages) deed);
