// SPDX-License-Identifier: MIT
/// What an entry says, and what entries need of tables; private to page_table.
#pragma once
#include <memory/page_table.h>
#include <memory/page_window.h>

enum : uint64_t {
    ENTRY_PRESENT = 1 << 0,
    ENTRY_WRITABLE = 1 << 1,
    ENTRY_PAT_LOW = 1 << 3,  // PWT: lowest bit of the index into the PAT
    ENTRY_PAT_HIGH = 1 << 4, // PCD: second bit
    ENTRY_LARGE = 1 << 7,
    ENTRY_ADDRESS = 0x000FFFFFFFFFF000,
    ENTRY_NO_EXECUTE = UINT64_C(1) << 63,
};

/// CPUs walk the tables, and trimming looks at them, while entries change: each access is one load
/// or one store, and a table is filled before the store that links it.
static inline uint64_t entry_read(const volatile uint64_t *entry)
{
    return __atomic_load_n(entry, __ATOMIC_RELAXED);
}

static inline void entry_write(volatile uint64_t *entry, uint64_t value)
{
    __atomic_store_n(entry, value, __ATOMIC_RELEASE);
}

/// Removes the reserved, empty table for `address`, so that a large page can take its place. False:
/// a CPU may still look at the table, which stays.
bool table_remove(uint64_t address);

/// Clears the entry and counts its pages: their frames go nowhere any more.
void table_quarantine(volatile uint64_t *entry, uint64_t pages);
