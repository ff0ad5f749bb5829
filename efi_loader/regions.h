// SPDX-License-Identifier: MIT
/// regions: the memory that outlives the loader, and where nano_core will see it.
///
/// Everything that nano_core is given is allocated here, so that the list is complete: mapping is a
/// walk over it, and what is not on it is free once the firmware is gone. Ranges of the boot area
/// are dealt out in ascending order with an unmapped page before and after each; segments, which
/// lie above the boot area, are added after them, the trampoline before (page_tables.h says why).
#pragma once
#include <stdint.h>

#include <kernel/boot_info.h>

#include "page_tables.h"

enum : uint64_t {
    ONE_MEBIBYTE = UINT64_C(1) << 20,
    FOUR_GIBIBYTES = UINT64_C(1) << 32,
};

struct regions {
    struct boot_region *list;
    uint64_t count;
};

/// Constant after the page tables are built.
extern struct regions regions;

// The functions that add a region stop where memory is short. New memory is junk. Their result is
// good until the next region is added.

/// Allocates memory and gives it the next addresses of the boot area.
struct boot_region *region_in_boot_area(enum boot_region_kind kind, uint32_t protection,
                                        uint64_t pages);

/// Gives device memory at `physical` the next addresses of the boot area.
struct boot_region *region_of_device(enum boot_region_kind kind, uint64_t physical, uint64_t pages);

/// Allocates memory that is to be mapped at `address`; 0: not at all.
struct boot_region *region_at(enum boot_region_kind kind, uint64_t address, uint32_t protection,
                              uint64_t pages);

/// Allocates memory below a limit, not mapped.
struct boot_region *region_below(enum boot_region_kind kind, uint64_t limit, uint64_t pages);

/// One page below 4 GiB that the firmware lets us execute, mapped at its own address.
struct boot_region *region_of_trampoline(void);

/// Where the loader reaches a region's memory: the firmware maps all memory one to one.
void *region_memory(const struct boot_region *region);

/// How many pages `size` bytes need, at least one.
uint64_t pages_for(uint64_t size);

/// Gives all memory back to the firmware, for the loader fails.
void regions_give_back(void);
