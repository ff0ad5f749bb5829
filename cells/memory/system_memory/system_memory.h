// SPDX-License-Identifier: MIT
/// system_memory: the memory of the whole machine, added up and audited.
///
/// Equation: in_use = total - free - reserved.
///
/// Live swap:  a sum of page tables is all the state there is.
/// Fault:      nothing is changed but that sum.
#pragma once
#include <stdint.h>

#include <cell/status.h>

/// All in bytes.
struct system_memory {
    uint64_t total;    ///< what the machine has
    uint64_t free;     ///< what can be allocated
    uint64_t reserved; ///< what the firmware keeps
    uint64_t device;   ///< device memory that is mapped, the framebuffer's included
    uint64_t in_use;   ///< what the system occupies
    uint64_t heap;     ///< of that: the heap, and the map of memory
    uint64_t cells;    ///< cells, nano_core and the files that they come from
    uint64_t stacks;
    uint64_t page_tables;
    uint64_t tombstones; ///< of retired cells
};

struct system_memory system_memory_read(void);

/// Counts page tables that the loader made, in bytes.
void system_memory_count_tables(uint64_t size);

/// What a walk through all page tables found.
struct memory_audit {
    uint64_t mappings;
    uint64_t writable_executable; ///< mappings that are both; must be 0
    uint64_t frames_mapped_twice; ///< must be 0
};

/// Walks the page tables. STATUS_EXHAUSTED: no memory to count frames in.
enum status memory_audit(struct memory_audit *audit);
