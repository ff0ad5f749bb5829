// SPDX-License-Identifier: MIT
/// What the parts of nano_core that are not cells share.
#pragma once
#include <cell/annotations.h>
#include <cell/cell_loader.h>
#include <cell/ownership.h>
#include <cell/signature.h>
#include <cell/successor.h>
#include <kernel/boot_info.h>

extern const struct cell_bounds nano_core_cells[];
extern const size_t nano_core_cell_count;

/// Of the list of signatures in the archive of the same build.
extern const struct digest signatures_digest;

/// What an address in a boot_info that was checked points to.
UNSAFE(INNOCUOUS, "the loader says where it put what it read, under a checksum")
static inline const void *boot_pointer(uint64_t address)
{
    return (const void *)address;
}

/// Refuses, by stopping, a boot_info that is not for this nano_core or is damaged.
void boot_check(const struct boot_info *info);

/// Gives the memory that the loader left free to the allocators, and makes the deeds for everything
/// that it mapped: fills the handover with those of what goes with nano_core, and `data` with that
/// of its cells' data. Stops where that cannot be done.
void boot_memory(const struct boot_info *info, struct handover *handover,
                 FILLS(struct mapped_pages_mut) data);

/// Acts on the `key=value` words of the options; warns of unknown keys and values.
void boot_options(const struct boot_info *info);

/// Jumps to `entry`, a successor_main(), with the handover, on another stack and with an empty
/// chain from `chain` on.
[[noreturn]] void nano_core_leave(uint64_t stack_top, uint64_t entry, struct handover *handover,
                                  uint64_t chain);

/// Fills `header` of the boot CPU's area with an empty chain of 256 owners, behind which a guard
/// page follows, and lets %gs point to it on this CPU.
void nano_core_start_context(struct context_header *header);
