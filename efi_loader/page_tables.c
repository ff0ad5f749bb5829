// SPDX-License-Identifier: MIT
/// page_tables: counting, building and finding. See the header.
#include "page_tables.h"

void page_table_count_range(struct page_table_count *count, uint64_t address, uint64_t pages)
{
    static const unsigned shifts[3] = {21, 30, 39};
    if (pages == 0) {
        return;
    }
    for (unsigned level = 0; level < 3; level++) {
        uint64_t first = address >> shifts[level];
        uint64_t last = (address + (pages * PAGE_SIZE - 1)) >> shifts[level];
        if (first + 1 == count->next[level]) {
            first++; // the range before ended in this table
        }
        count->tables += last + 1 - first;
        count->next[level] = last + 1;
    }
}

static unsigned entry_index(uint64_t address, unsigned shift)
{
    return address >> shift & (PAGE_ENTRIES - 1);
}

static uint64_t *table_of(uint64_t entry)
{
    return (uint64_t *)(uintptr_t)(entry & PAGE_ADDRESS);
}

/// The lowest table for an address; null if the pool is exhausted.
static uint64_t *lowest_table(struct page_tables *tables, uint64_t address)
{
    uint64_t *table = tables->pool;
    for (unsigned shift = 39; shift > 12; shift -= 9) {
        uint64_t *entry = &table[entry_index(address, shift)];
        if (!(*entry & PAGE_PRESENT)) {
            if (tables->used == tables->capacity) {
                return nullptr;
            }
            uint64_t *fresh = tables->pool + PAGE_ENTRIES * tables->used++;
            *entry = (uint64_t)(uintptr_t)fresh | PAGE_PRESENT | PAGE_WRITABLE;
        }
        table = table_of(*entry);
    }
    return table;
}

bool page_tables_map(struct page_tables *tables, uint64_t address, uint64_t physical,
                     uint64_t pages, uint64_t flags)
{
    while (pages > 0) {
        uint64_t *table = lowest_table(tables, address);
        if (!table) {
            return false;
        }
        for (unsigned i = entry_index(address, 12); i < PAGE_ENTRIES && pages > 0; i++, pages--) {
            table[i] = physical | flags | PAGE_PRESENT;
            physical += PAGE_SIZE;
            address += PAGE_SIZE;
        }
    }
    return true;
}

uint64_t *page_tables_entry(const struct page_tables *tables, uint64_t address)
{
    uint64_t *table = tables->pool;
    for (unsigned shift = 39; shift > 12; shift -= 9) {
        uint64_t entry = table[entry_index(address, shift)];
        if (!(entry & PAGE_PRESENT)) {
            return nullptr;
        }
        table = table_of(entry);
    }
    uint64_t *entry = &table[entry_index(address, 12)];
    return (*entry & PAGE_PRESENT) ? entry : nullptr;
}
