// SPDX-License-Identifier: MIT
/// system_memory: the memory of the whole machine, added up and audited.
///
/// Equation: in_use = total - free - reserved.
///
/// Callers:    any task on any CPU; not interrupt handlers, for locks spin.
/// Live swap:  what the boot noted is all the state there is.
/// Fault:      rebuildable: figures and audit are derived anew each time. What the boot noted does
///             not change.
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
    uint64_t cells;    ///< cells, and the files that they come from
    uint64_t stacks;
    uint64_t page_tables;
    uint64_t tombstones; ///< of retired cells
};

struct system_memory system_memory_read(void);

/// Counts page tables outside of the kernel's own, in bytes: the firmware's.
void system_memory_count_tables(uint64_t size);

/// Gives caches and empty tables back, so that all that is free counts as free.
void memory_trim(void);

/// What the rules do not hold for. Each is written down in docs/concepts/memory.md.
enum memory_exception {
    MEMORY_EXCEPTION_FIRMWARE, ///< a second top-level table for the firmware's runtime services
    MEMORY_EXCEPTIONS
};

/// Notes that this machine has the exception.
void system_memory_note_exception(enum memory_exception exception);

/// Its name, or null if this machine does not have it.
const char *memory_exception_name(enum memory_exception exception);

/// Notes where nano_core's text was linked: the number of its first page, and how many there are.
void system_memory_note_core_text(uint64_t page, uint64_t count);

/// What a walk through all page tables found.
struct memory_audit {
    uint64_t mappings;
    uint64_t writable_executable;   ///< mappings that are both; must be 0
    uint64_t frames_mapped_twice;   ///< must be 0
    uint64_t nano_core_text_frames; ///< mapped where nano_core's text was linked; 0 after the boot
    uint64_t window_aliases;        ///< large pages, whose first 4 KiB the window shows too
    uint64_t window_executable;     ///< 1 if the window permits execution; must be 0
    uint64_t too_large;             ///< pages of over 2 MiB; must be 0
    // The first page of each kind, if there is one.
    uint64_t writable_executable_at;
    uint64_t mapped_twice_at;
    uint64_t too_large_at;
};

/// Walks the page tables. STATUS_EXHAUSTED: no memory to count frames in.
enum status memory_audit(struct memory_audit *audit);

/// Whether what was found is as it must be.
bool memory_audit_holds(const struct memory_audit *audit);
