// SPDX-License-Identifier: MIT
/// page_tables: 4-level page tables in one contiguous pool, for memory mapped by 4 KiB pages.
///
/// The pool is zeroed memory at an address that is its physical address too; its first page is the
/// top-level table. How large it must be is known beforehand: count the ranges first.
#pragma once
#include <stdint.h>

enum : uint64_t {
    PAGE_SIZE = 4096,
    PAGE_ENTRIES = 512,

    PAGE_PRESENT = 1 << 0,
    PAGE_WRITABLE = 1 << 1,
    PAGE_PWT = 1 << 3, ///< alone: PAT entry 1
    PAGE_PCD = 1 << 4, ///< with PAGE_PWT: PAT entry 3, uncached
    PAGE_ADDRESS = 0x000FFFFFFFFFF000,
    PAGE_NX = UINT64_C(1) << 63,
};

struct page_tables {
    uint64_t *pool;
    uint64_t capacity; ///< in tables
    uint64_t used;     ///< 1 at the start: the top-level table
};

/// Counts the tables of ranges, without the top-level table. Starts as zero. Exact if the ranges
/// come in ascending order, else it may count a table twice.
struct page_table_count {
    uint64_t tables;
    uint64_t next[3]; ///< by level: one more than the last table counted
};

void page_table_count_range(struct page_table_count *count, uint64_t address, uint64_t pages);

/// Maps pages that were not mapped. False if the pool is exhausted: it was counted wrongly.
[[nodiscard]] bool page_tables_map(struct page_tables *tables, uint64_t address, uint64_t physical,
                                   uint64_t pages, uint64_t flags);

/// The entry of a mapped page, or null.
uint64_t *page_tables_entry(const struct page_tables *tables, uint64_t address);
