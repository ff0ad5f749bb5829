// SPDX-License-Identifier: MIT
/// mapped_pages: the way to own memory. A mapping holds its pages and their frames; the page tables
/// are the only record of which frame lies where.
///
///     nothing --mapped_pages_allocate, _device--> mapped --mapped_pages_drop--> nothing
///
/// Callers:    boot CPU only, not from exceptions.
/// Live swap:  mappings stay valid; nothing here is remembered but a sum.
/// Fault:      the chain walk drops every mapping of the code that died.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/status.h>

enum mapping_protection { MAPPING_READABLE, MAPPING_WRITABLE, MAPPING_EXECUTABLE };

enum mapping_purpose {
    MAPPING_CELL,
    MAPPING_HEAP,
    MAPPING_STACK,
    MAPPING_DEVICE,
    MAPPING_PURPOSES
};

struct AFFINE mapped_pages {
    uint64_t address;        ///< of the first byte; a page's start unless it is a device's
    LIVE_WORD uint64_t size; ///< in bytes; 0: nothing is owned
    enum mapping_purpose purpose;
};

/// Maps `size` bytes, rounded up to pages, of fresh zeroed memory, writable.
/// STATUS_INVALID: size is 0. STATUS_EXHAUSTED: no memory or no addresses; nothing is owned.
enum status mapped_pages_allocate(enum mapping_purpose purpose, uint64_t size,
                                  FILLS(struct mapped_pages) mapping);

/// Maps `size` bytes of a device's memory at `physical`, writable and uncached; neither needs to be
/// a multiple of a page. Statuses as above.
enum status mapped_pages_device(uint64_t physical, uint64_t size,
                                FILLS(struct mapped_pages) mapping);

/// Borrows the first byte.
void *mapped_pages_start(const struct mapped_pages *mapping);

/// Changes what may be done with the whole mapping.
void mapped_pages_protect(const struct mapped_pages *mapping, enum mapping_protection protection);

/// Unmaps; frames other than a device's go back. Empties `mapping`.
void mapped_pages_drop(TAKES(struct mapped_pages) mapping);

OWNS(mapped_pages, size);

/// Fills `mapping` with a mapping that its address alone recorded, such as the heap's.
void mapped_pages_adopt(enum mapping_purpose purpose, uint64_t address, uint64_t size,
                        FILLS(struct mapped_pages) mapping);

/// Forgets the mapping and gives its first byte: the caller's record of it, from here on. Whoever
/// knows address and size can adopt it again.
void *mapped_pages_leave(TAKES(struct mapped_pages) mapping);

/// Counts memory that the loader mapped for `purpose`, in bytes; it has no `struct mapped_pages`.
void mapped_pages_count(enum mapping_purpose purpose, uint64_t size);

/// Bytes mapped for `purpose`.
uint64_t mapped_pages_bytes(enum mapping_purpose purpose);
