// SPDX-License-Identifier: MIT
/// page_window: where an address becomes a pointer, and what the CPU remembers of page tables.
///
/// With the top-level table as its own entry R, the address whose four indices are (R, i4, i3, i2)
/// is the table that holds the entries for i1, and so on up to (R, R, R, R), the top. The entry R
/// forbids execution, so the window is never executable. It shows memory that a large page maps as
/// if it were a table: who asks for an entry has seen that the entries above name tables.
///
/// Nothing else makes an address a pointer; on the host this cell is replaced by simulated tables
/// and simulated memory (test/host/page_window.c), and what builds on it runs there unchanged.
///
/// Callers:    page_table, tlb, mapped_pages, device_memory and text_write; any context.
/// Live swap:  nothing here is remembered.
/// Fault:      atomic: single stores and instructions.
///
/// Source: Intel SDM volume 3, 4.5 (4-level paging), 4.10.4 (invalidation), 11.12 (PAT).
#pragma once
#include <stdint.h>

#include <cell/annotations.h>

/// Entry of the top-level table that shows the tables.
enum : uint64_t { PAGE_WINDOW_ENTRY = 510 };

#if __STDC_HOSTED__
void *page_window_memory(uint64_t address);
volatile uint64_t *page_window_entry(uint64_t address, unsigned level);
#else
/// Borrows the memory at a mapped address.
UNSAFE(INFECTIOUS, "memory is reached by its address alone")
[[gnu::always_inline]] static inline void *page_window_memory(uint64_t address)
{
    return (void *)address;
}

/// The entry for `address` at `level`: 1 is the page's own, 4 the top-level table's.
[[gnu::always_inline]] static inline volatile uint64_t *page_window_entry(uint64_t address,
                                                                          unsigned level)
{
    const uint64_t window = UINT64_C(0xFFFF000000000000) | PAGE_WINDOW_ENTRY << 39;
    for (unsigned i = 0; i < level; i++)
        address = window | (address >> 9 & 0x7FFFFFFFF8);
    return page_window_memory(address);
}
#endif

/// The address at which the window shows the table of the 2 MiB that hold `address`.
static inline uint64_t page_window_table(uint64_t address)
{
    const uint64_t window = UINT64_C(0xFFFF000000000000) | PAGE_WINDOW_ENTRY << 39;
    return window | (address >> 9 & 0x7FFFFFF000);
}

/// Sets up the memory types: entries 0 to 3 of the PAT are write-back, write-combining,
/// uncached-minus and uncached; 4 to 7, which the bit that marks a large page would choose, the
/// same. On each CPU.
void page_window_start(void);

/// This CPU forgets its translation of the page that holds `address`, or all.
void page_window_forget(uint64_t address);
void page_window_forget_all(void);

/// Whether this CPU refuses writes to read-only pages (CR0.WP), as it does but for text_write().
/// When it does again it has forgotten what it had fetched and decoded ahead.
void page_window_protect(bool protect);
