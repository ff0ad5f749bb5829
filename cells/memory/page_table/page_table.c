// SPDX-License-Identifier: MIT
// The window: with the top-level table as its own entry R, the address whose four indices are
// (R, i4, i3, i2) is the table that holds the entries for i1, and so on up to (R, R, R, R), the
// top.
//
// Live swap:  the tables themselves are the state; `state` holds a count and an address.
// Fault:      each change is one store to one entry. A fault between taking a table's frame and
//             linking it loses that frame.
#include <memory/frame_allocator.h>
#include <memory/page_table.h>

#include <cpu/processor.h>

enum : uint64_t {
    ENTRY_PRESENT = 1 << 0,
    ENTRY_WRITABLE = 1 << 1,
    ENTRY_PAT_LOW = 1 << 3,  // PWT: lowest bit of the index into the PAT
    ENTRY_PAT_HIGH = 1 << 4, // PCD: second bit
    ENTRY_LARGE = 1 << 7,
    ENTRY_ADDRESS = 0x000FFFFFFFFFF000,
    ENTRY_NO_EXECUTE = UINT64_C(1) << 63,
};

enum : uint64_t {
    RECURSIVE = 510,
    ENTRIES = 512,
    WINDOW = UINT64_C(0xFFFF000000000000) | RECURSIVE << 39,
    MSR_PAT = 0x277,
    // Entries 0 to 3: write-back, write-combining, uncached-minus, uncached; 4 to 7 the same.
    PAT_VALUE = UINT64_C(0x0007010600070106),
};

STATE struct page_table_state {
    uint64_t scratch;
    uint64_t tables; // allocated here
} state;

// The entry of `address` at `level`: 1 is the page's own, 4 the top-level table's.
UNSAFE(INFECTIOUS, "a wrong entry maps any memory anywhere")
static volatile uint64_t *entry_of(uint64_t address, unsigned level)
{
    uint64_t window = address;
    for (unsigned i = 0; i < level; i++)
        window = WINDOW | (window >> 9 & 0x7FFFFFFFF8);
    return (volatile uint64_t *)window;
}

static uint64_t protection_bits(enum page_protection protection)
{
    switch (protection) {
    case PAGE_READABLE:
        return ENTRY_NO_EXECUTE;
    case PAGE_WRITABLE:
        return ENTRY_WRITABLE | ENTRY_NO_EXECUTE;
    case PAGE_EXECUTABLE:
        return 0;
    case PAGE_DEVICE:
        return ENTRY_WRITABLE | ENTRY_NO_EXECUTE | ENTRY_PAT_LOW | ENTRY_PAT_HIGH;
    case PAGE_WRITE_COMBINING:
        return ENTRY_WRITABLE | ENTRY_NO_EXECUTE | ENTRY_PAT_LOW;
    }
    __builtin_unreachable();
}

static enum page_protection protection_of(uint64_t entry)
{
    if (!(entry & ENTRY_NO_EXECUTE))
        return PAGE_EXECUTABLE;
    if (!(entry & ENTRY_WRITABLE))
        return PAGE_READABLE;
    if (entry & ENTRY_PAT_HIGH)
        return PAGE_DEVICE;
    return (entry & ENTRY_PAT_LOW) ? PAGE_WRITE_COMBINING : PAGE_WRITABLE;
}

void page_table_start(uint64_t scratch)
{
    state.scratch = scratch;
    processor_write_msr(MSR_PAT, PAT_VALUE);
}

UNSAFE(INFECTIOUS, "the scratch page shows any frame")
static void zero_frame(uint64_t physical)
{
    volatile uint64_t *entry = entry_of(state.scratch, 1);
    uint64_t *words = (uint64_t *)state.scratch;
    *entry = physical | ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_NO_EXECUTE;
    for (size_t i = 0; i < ENTRIES; i++)
        words[i] = 0;
    *entry = 0;
    processor_invalidate_page(state.scratch);
}

// Makes sure that the table that `entry` names exists. What an upper entry permits is all: the
// page's own entry restricts.
static enum status ensure_table(volatile uint64_t *entry)
{
    if (*entry & ENTRY_LARGE)
        return STATUS_EXISTS;
    if (*entry & ENTRY_PRESENT)
        return STATUS_OK;
    OWNED(frames, table);
    TRY(frames_allocate(1, &table));
    zero_frame(table.first * FRAME_SIZE);
    *entry = table.first * FRAME_SIZE | ENTRY_PRESENT | ENTRY_WRITABLE;
    frames_leave(&table);
    state.tables++;
    return STATUS_OK;
}

enum status page_table_map(uint64_t address, uint64_t physical, enum page_protection protection)
{
    for (unsigned level = 4; level > 1; level--)
        TRY(ensure_table(entry_of(address, level)));
    volatile uint64_t *entry = entry_of(address, 1);
    if (*entry & ENTRY_PRESENT)
        return STATUS_EXISTS;
    *entry = physical | protection_bits(protection) | ENTRY_PRESENT;
    return STATUS_OK;
}

// The page's own entry, or null where the page is not mapped by one.
static volatile uint64_t *find_entry(uint64_t address)
{
    for (unsigned level = 4; level > 1; level--) {
        const uint64_t above = *entry_of(address, level);
        if (!(above & ENTRY_PRESENT) || (above & ENTRY_LARGE && level < 4))
            return nullptr;
    }
    volatile uint64_t *entry = entry_of(address, 1);
    return *entry & ENTRY_PRESENT ? entry : nullptr;
}

enum status page_table_protect(uint64_t address, enum page_protection protection)
{
    volatile uint64_t *entry = find_entry(address);
    if (!entry)
        return STATUS_NOT_FOUND;
    *entry = (*entry & ENTRY_ADDRESS) | protection_bits(protection) | ENTRY_PRESENT;
    processor_invalidate_page(address);
    return STATUS_OK;
}

enum status page_table_unmap(uint64_t address, uint64_t *physical)
{
    volatile uint64_t *entry = find_entry(address);
    if (!entry)
        return STATUS_NOT_FOUND;
    *physical = *entry & ENTRY_ADDRESS;
    *entry = 0;
    processor_invalidate_page(address);
    return STATUS_OK;
}

enum status page_table_find(uint64_t address, uint64_t *physical, enum page_protection *protection)
{
    volatile uint64_t *entry = find_entry(address);
    if (!entry)
        return STATUS_NOT_FOUND;
    *physical = *entry & ENTRY_ADDRESS;
    *protection = protection_of(*entry);
    return STATUS_OK;
}

void page_table_copy_kernel_half(uint64_t *copy)
{
    for (uint64_t i = ENTRIES / 2; i < ENTRIES; i++)
        copy[i] = *entry_of(i << 39, 4);
}

uint64_t page_table_bytes(void)
{
    return state.tables * FRAME_SIZE;
}

struct visit {
    void (*visit)(void *context, const struct page_mapping *mapping);
    void *context;
};

// Visits what the table at `level` that translates `base` holds; `rights` are those of the entries
// above, of which each level can only take away.
// NOLINTNEXTLINE(misc-no-recursion): as deep as there are levels, four
static void visit_table(const struct visit *to, uint64_t base, unsigned level, uint64_t rights)
{
    const uint64_t span = PAGE_SIZE << (9 * (level - 1));
    for (uint64_t i = 0; i < ENTRIES; i++) {
        uint64_t address = base + i * span;
        if (level == 4 && i >= ENTRIES / 2)
            address |= UINT64_C(0xFFFF000000000000);
        const uint64_t entry = *entry_of(address, level);
        if (!(entry & ENTRY_PRESENT) || (level == 4 && i == RECURSIVE))
            continue;
        const uint64_t allowed =
            (rights & entry & ENTRY_WRITABLE) | ((rights | entry) & ENTRY_NO_EXECUTE);
        if (level > 1 && !(level < 4 && entry & ENTRY_LARGE)) {
            visit_table(to, address, level - 1, allowed);
            continue;
        }
        to->visit(to->context, &(struct page_mapping){
                                   .address = address,
                                   .physical = entry & ENTRY_ADDRESS & ~(span - 1),
                                   .size = span,
                                   .writable = allowed & ENTRY_WRITABLE,
                                   .executable = !(allowed & ENTRY_NO_EXECUTE),
                               });
    }
}

void page_table_visit(void (*visit)(void *context, const struct page_mapping *mapping),
                      void *context)
{
    visit_table(&(struct visit){visit, context}, 0, 4, ENTRY_WRITABLE);
}
