// SPDX-License-Identifier: MIT
// Which tables exist. A table is freed only under the lock, when no page of its span is given out,
// and made only under the lock, for pages that are: so what is reserved stays.
//
// The window shows a table at an address of its own, which CPUs remember like any other. Before the
// frame of a freed table is used for anything else, and before a new table is looked at in the
// place of a large page, all CPUs forget that address.
//
// Live swap:  `hints` may be lost; the sum of quarantined pages is adopted.
// Fault:      a frame is the deed's or the entry's, as the frame allocator's change settles.
#include "entries.h"

#include <cell/lock.h>
#include <memory/frame_allocator.h>
#include <memory/page_allocator.h>
#include <memory/tlb.h>

enum : uint64_t { ENTRIES = 512, HINTS = 8 };

STATE struct page_table_state {
    struct spin_lock lock; // which tables exist
    uint64_t scratch GUARDED_BY(&lock);
    uint64_t hints[HINTS] GUARDED_BY(&lock); // spans of 2 MiB whose tables may be empty; 0: none
    uint64_t newest_hint;                    // of these
    uint64_t next_hint GUARDED_BY(&lock);
    uint64_t quarantined; // pages; changed under the lock
} state;

void page_table_start(uint64_t scratch)
{
    HOLD(&state.lock);
    state.scratch = scratch;
    page_window_start();
}

// How much an entry of `level` maps.
static uint64_t span_of(unsigned level)
{
    return PAGE_SIZE << (9 * (level - 1));
}

// Fills a table that is not linked yet: all entries 0, or each the one before and `step`.
static void fill_table(uint64_t physical, uint64_t first, uint64_t step) REQUIRES(state.lock)
{
    volatile uint64_t *entry = page_window_entry(state.scratch, 1);
    uint64_t *words = page_window_memory(state.scratch);
    entry_write(entry, physical | ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_NO_EXECUTE);
    for (size_t i = 0; i < ENTRIES; i++)
        words[i] = first + i * step;
    entry_write(entry, 0);
    page_window_forget(state.scratch);
}

// What an upper entry permits is all: the page's own entry restricts.
static enum status link_table(volatile uint64_t *entry) REQUIRES(state.lock)
{
    OWNED(frames, table);
    OWNED(frames_change, change);
    TRY(frames_allocate(1, &table));
    const uint64_t physical = table.first * FRAME_SIZE;
    fill_table(physical, 0, 0);
    frames_change_from_deed(&table, entry, &change);
    entry_write(entry, physical | ENTRY_PRESENT | ENTRY_WRITABLE);
    return STATUS_OK;
}

// Links a table again whose freeing ended in a fault.
static void mend(volatile uint64_t *entry) REQUIRES(state.lock)
{
    const uint64_t value = entry_read(entry);
    if (value != 0 && !(value & (ENTRY_PRESENT | ENTRY_LARGE)))
        entry_write(entry, value | ENTRY_PRESENT);
}

static enum status reserve_span(uint64_t address) REQUIRES(state.lock)
{
    for (unsigned level = 4; level > 1; level--) {
        volatile uint64_t *entry = page_window_entry(address, level);
        if (level < 4 && entry_read(entry) & ENTRY_LARGE)
            return STATUS_EXISTS;
        mend(entry);
        if (entry_read(entry) == 0)
            TRY(link_table(entry));
    }
    return STATUS_OK;
}

// Whether all that the page needs is there already, as mostly.
[[gnu::always_inline]] static inline bool has_table(uint64_t address) REQUIRES(state.lock)
{
    static const uint64_t what = ENTRY_PRESENT | ENTRY_LARGE;
    return (entry_read(page_window_entry(address, 4)) & what) == ENTRY_PRESENT &&
           (entry_read(page_window_entry(address, 3)) & what) == ENTRY_PRESENT &&
           (entry_read(page_window_entry(address, 2)) & what) == ENTRY_PRESENT;
}

[[gnu::noinline]] static enum status reserve_run(uint64_t address, uint64_t last)
    REQUIRES(state.lock)
{
    for (uint64_t at = address - address % LARGE_PAGE_SIZE; at <= last; at += LARGE_PAGE_SIZE)
        TRY(reserve_span(at));
    return STATUS_OK;
}

enum status page_table_reserve(uint64_t address, uint64_t count)
{
    HOLD(&state.lock);
    const uint64_t last = address + (count - 1) * PAGE_SIZE;
    if (address / LARGE_PAGE_SIZE == last / LARGE_PAGE_SIZE && has_table(address))
        return STATUS_OK;
    return reserve_run(address, last);
}

// An entry whose pages are counted if it is 0, and only then.
struct AFFINE quarantine_change {
    LIVE_POINTER(const volatile uint64_t) entry;
    uint64_t before; // the sum without them
    uint64_t pages;
};

static void quarantine_change_drop(TAKES(struct quarantine_change) change)
{
    if (!change->entry)
        return;
    const uint64_t more = entry_read(change->entry) == 0 ? change->pages : 0;
    __atomic_store_n(&state.quarantined, change->before + more, __ATOMIC_RELAXED);
    COMPILER_BARRIER();
    change->entry = nullptr;
}

OWNS(quarantine_change, entry);
OWNERSHIP(quarantine_change, entry);

void table_quarantine(volatile uint64_t *entry, uint64_t pages)
{
    HOLD(&state.lock);
    OWNED(quarantine_change, change);
    FILL(&change, .entry = entry, .before = state.quarantined, .pages = pages);
    entry_write(entry, 0);
}

uint64_t page_table_quarantined(void)
{
    return __atomic_load_n(&state.quarantined, __ATOMIC_RELAXED) * PAGE_SIZE;
}

// Frees the table that holds the entries of `level` for `address`: it is empty. False: a CPU may
// still look at it, so that it stays. In between the entry is withdrawn, as in page_table_unmap().
static bool free_table(uint64_t address, unsigned level) REQUIRES(state.lock)
{
    volatile uint64_t *entry = page_window_entry(address, level + 1);
    const uint64_t table = entry_read(entry);
    const uint64_t window = (uint64_t)page_window_entry(address, level) / PAGE_SIZE * PAGE_SIZE;
    entry_write(entry, table & ~ENTRY_PRESENT);
    if (tlb_shoot_down(window, 1) != STATUS_OK) {
        entry_write(entry, table);
        return false;
    }
    OWNED(frames_change, change);
    frames_change_from_word((table & ENTRY_ADDRESS) / FRAME_SIZE, 1, entry, &change);
    entry_write(entry, 0);
    return true;
}

bool table_remove(uint64_t address)
{
    HOLD(&state.lock);
    return entry_read(page_window_entry(address, 2)) == 0 || free_table(address, 1);
}

// A table of small pages on its way from a deed into the entry of the large page.
struct AFFINE table_change {
    LIVE_POINTER(volatile uint64_t) entry;
    uint64_t physical; // of the table
    BORROWS volatile uint64_t *deed;
};

static void table_change_drop(TAKES(struct table_change) change)
{
    if (!change->entry)
        return;
    const uint64_t value = entry_read(change->entry);
    if (!(value & ENTRY_LARGE) && (value & ENTRY_ADDRESS) == change->physical)
        *change->deed = 0;
    change->entry = nullptr;
}

OWNS(table_change, entry);
OWNERSHIP(table_change, entry);

enum status page_table_split(uint64_t address)
{
    HOLD(&state.lock);
    OWNED(frames, table);
    OWNED(table_change, change);
    volatile uint64_t *entry = page_window_entry(address, 2);
    const uint64_t large = entry_read(entry);
    if (!(large & ENTRY_LARGE))
        return STATUS_OK;
    TRY(frames_allocate(1, &table));
    const uint64_t physical = table.first * FRAME_SIZE;
    fill_table(physical, large & ~ENTRY_LARGE, PAGE_SIZE);
    FILL(&change, .entry = entry, .physical = physical, .deed = &table.count);
    // One store: the same memory with the same rights before and after.
    entry_write(entry, physical | ENTRY_PRESENT | ENTRY_WRITABLE);
    (void)tlb_shoot_down(address / LARGE_PAGE_SIZE * LARGE_PAGE_SIZE, PAGES_IN_LARGE);
    return tlb_shoot_down(page_window_table(address), 1);
}

static bool is_empty(uint64_t address, unsigned level)
{
    const volatile uint64_t *entries = page_window_entry(address, level);
    for (size_t i = 0; i < ENTRIES; i++)
        if (entry_read(&entries[i]) != 0)
            return false;
    return true;
}

// Frees the table for the entries of `level` from `address` on, unless it is in use.
static void free_if_unused(uint64_t address, unsigned level) REQUIRES(state.lock)
{
    const uint64_t entry = entry_read(page_window_entry(address, level + 1));
    if (entry & ENTRY_PRESENT && !(entry & ENTRY_LARGE) &&
        pages_are_free(address, span_of(level + 1) / PAGE_SIZE) && is_empty(address, level))
        (void)free_table(address, level);
}

// The upper tables of a hinted span can be gone as well.
static void free_hinted(uint64_t address) REQUIRES(state.lock)
{
    if (address == 0)
        return;
    for (unsigned level = 4; level > 2; level--)
        if (!(entry_read(page_window_entry(address, level)) & ENTRY_PRESENT))
            return;
    free_if_unused(address, 1);
}

[[gnu::noinline]] static void note_hint(uint64_t span)
{
    HOLD(&state.lock);
    bool known = false;
    for (size_t i = 0; i < HINTS && !known; i++)
        known = state.hints[i] == span;
    if (!known) {
        const uint64_t oldest = state.hints[state.next_hint];
        state.hints[state.next_hint] = span;
        state.next_hint = (state.next_hint + 1) % HINTS;
        free_hinted(oldest);
    }
    __atomic_store_n(&state.newest_hint, span, __ATOMIC_RELAXED);
}

void page_table_retire(uint64_t address, uint64_t count)
{
    const uint64_t last = address + (count - 1) * PAGE_SIZE;
    for (uint64_t at = address - address % LARGE_PAGE_SIZE; at <= last; at += LARGE_PAGE_SIZE) {
        if (__atomic_load_n(&state.newest_hint, __ATOMIC_RELAXED) != at)
            note_hint(at);
    }
}

// The address that entry `index` of the table of `level` for `base` begins at.
static uint64_t entry_address(uint64_t base, unsigned level, uint64_t index)
{
    const uint64_t address = base + index * span_of(level);
    const uint64_t upper_half = UINT64_C(0xFFFF000000000000);
    return level == 4 && index >= ENTRIES / 2 ? address | upper_half : address;
}

static bool names_table(uint64_t entry, unsigned level, uint64_t index)
{
    return entry & ENTRY_PRESENT && !(entry & ENTRY_LARGE && level < 4) &&
           !(level == 4 && index == PAGE_WINDOW_ENTRY);
}

// Frees unused tables of level 1 and 2 below the table of `level` for `base`.
// NOLINTNEXTLINE(misc-no-recursion): as deep as there are levels
static void trim_below(uint64_t base, unsigned level) REQUIRES(state.lock)
{
    volatile uint64_t *entries = page_window_entry(base, level);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        if (level < 4)
            mend(&entries[i]);
        if (!names_table(entry_read(&entries[i]), level, i))
            continue;
        const uint64_t address = entry_address(base, level, i);
        if (level > 2)
            trim_below(address, level - 1);
        if (level < 4)
            free_if_unused(address, level - 1);
    }
}

void page_table_trim(void)
{
    HOLD(&state.lock);
    for (size_t i = 0; i < HINTS; i++)
        state.hints[i] = 0;
    __atomic_store_n(&state.newest_hint, 0, __ATOMIC_RELAXED);
    trim_below(0, 4);
}

void page_table_copy_kernel_half(uint64_t *copy)
{
    for (uint64_t i = ENTRIES / 2; i < ENTRIES; i++)
        copy[i] = entry_read(page_window_entry(i << 39, 4));
}

bool page_table_window_holds(void)
{
    return entry_read(page_window_entry(PAGE_WINDOW_ENTRY << 39, 4)) & ENTRY_NO_EXECUTE;
}

struct visit {
    void (*visit)(void *context, const struct page_mapping *mapping);
    void *context;
    uint64_t tables;
};

// Visits what the table at `level` that translates `base` holds; `rights` are those of the entries
// above, of which each level can only take away.
// NOLINTNEXTLINE(misc-no-recursion): as deep as there are levels, four
static void visit_table(struct visit *to, uint64_t base, unsigned level, uint64_t rights)
{
    const uint64_t span = span_of(level);
    const volatile uint64_t *entries = page_window_entry(base, level);
    to->tables++;
    for (uint64_t i = 0; i < ENTRIES; i++) {
        const uint64_t address = entry_address(base, level, i);
        const uint64_t entry = entry_read(&entries[i]);
        const uint64_t allowed =
            (rights & entry & ENTRY_WRITABLE) | ((rights | entry) & ENTRY_NO_EXECUTE);
        if (!(entry & ENTRY_PRESENT) || (level == 4 && i == PAGE_WINDOW_ENTRY))
            continue;
        if (level > 1 && names_table(entry, level, i))
            visit_table(to, address, level - 1, allowed);
        else if (to->visit)
            to->visit(to->context, &(struct page_mapping){
                                       .address = address,
                                       .physical = entry & ENTRY_ADDRESS & ~(span - 1),
                                       .size = span,
                                       .writable = allowed & ENTRY_WRITABLE,
                                       .executable = !(allowed & ENTRY_NO_EXECUTE),
                                   });
    }
}

uint64_t page_table_visit(void (*visit)(void *context, const struct page_mapping *mapping),
                          void *context)
{
    struct visit to = {.visit = visit, .context = context};
    HOLD(&state.lock);
    visit_table(&to, 0, 4, ENTRY_WRITABLE);
    return to.tables;
}
