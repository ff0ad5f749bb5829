// SPDX-License-Identifier: MIT
/// page_table: the one place that reads and writes page-table entries.
///
/// Tables are reached through the recursive slot of the top-level table; entries that map large
/// pages are refused, because the window would show their memory as a table. A table frame is
/// zeroed before it is linked. W^X holds by construction: no `enum page_protection` is both.
///
/// Callers:    boot CPU only. The caller owns pages and frames; this cell records nothing else.
/// Live swap:  the tables themselves are the state.
/// Fault:      each change is one store to one entry.
///
/// Source: Intel SDM volume 3, chapter 4.5 (4-level paging), 11.12 (PAT).
#pragma once
#include <stdint.h>

#include <cell/status.h>

enum : uint64_t { PAGE_SIZE = 4096 };

enum page_protection {
    PAGE_READABLE,
    PAGE_WRITABLE,
    PAGE_EXECUTABLE,
    PAGE_DEVICE,          ///< writable, uncached
    PAGE_WRITE_COMBINING, ///< writable, for framebuffers
};

/// Sets up the memory types. `scratch` is the address of an unmapped page whose tables exist; new
/// tables are zeroed there.
void page_table_start(uint64_t scratch);

/// Maps the page at `address` to the frame at `physical`.
/// STATUS_EXISTS: the page is mapped. STATUS_EXHAUSTED: no frame for a table; nothing changed.
enum status page_table_map(uint64_t address, uint64_t physical, enum page_protection protection);

/// Changes the protection of a mapped page. STATUS_NOT_FOUND: it is not mapped.
enum status page_table_protect(uint64_t address, enum page_protection protection);

/// Unmaps the page; `physical` says which frame it had. STATUS_NOT_FOUND: it is not mapped.
enum status page_table_unmap(uint64_t address, uint64_t *physical);

/// The frame and protection of the page that holds `address`. STATUS_NOT_FOUND: it is not mapped.
enum status page_table_find(uint64_t address, uint64_t *physical, enum page_protection *protection);

/// Makes the upper half of the top-level table `copy`, of 512 entries, equal to the kernel's.
void page_table_copy_kernel_half(uint64_t *copy);

/// Bytes of page tables that this cell has allocated.
uint64_t page_table_bytes(void);

/// What page_table_visit() tells of a run of mappings.
struct page_mapping {
    uint64_t address;
    uint64_t physical;
    uint64_t size; ///< of the page, in bytes
    bool writable;
    bool executable;
};

/// Calls `visit` for each mapped page but those of the recursive window, by rising address.
void page_table_visit(void (*visit)(void *context, const struct page_mapping *mapping),
                      void *context);
