// SPDX-License-Identifier: MIT
// Changes of entries. tables.c makes, frees and walks tables.
//
// Live swap:  the tables themselves are the state.
// Fault:      see page_table.h.
#include "entries.h"

#include <memory/frame_allocator.h>
#include <memory/tlb.h>

// Steps through the entries of a run that are not 0. The run's upper tables exist.
struct cursor {
    uint64_t address; // of the next page
    uint64_t left;    // pages
    uint64_t above;   // the entry of the second level for `address`, once `entry` is set
    volatile uint64_t *entry;
    uint64_t value; // of the entry
    uint64_t pages; // which it maps
};

static void step(struct cursor *cursor, uint64_t pages)
{
    cursor->pages = pages < cursor->left ? pages : cursor->left;
    cursor->address += cursor->pages * PAGE_SIZE;
    cursor->left -= cursor->pages;
}

[[gnu::always_inline]] static inline bool next_entry(struct cursor *cursor)
{
    while (cursor->left > 0) {
        const uint64_t address = cursor->address;
        if (!cursor->entry || address % LARGE_PAGE_SIZE == 0) {
            cursor->entry = page_window_entry(address, 2);
            cursor->above = entry_read(cursor->entry);
        }
        if (cursor->above & ENTRY_LARGE || !(cursor->above & ENTRY_PRESENT)) {
            step(cursor, (LARGE_PAGE_SIZE - address % LARGE_PAGE_SIZE) / PAGE_SIZE);
            cursor->value = cursor->above & ENTRY_LARGE ? cursor->above : 0;
        } else {
            cursor->entry = page_window_entry(address, 1);
            cursor->value = entry_read(cursor->entry);
            step(cursor, 1);
        }
        if (cursor->value != 0)
            return true;
    }
    return false;
}

static uint64_t frame_of(uint64_t entry)
{
    return (entry & ENTRY_ADDRESS) / FRAME_SIZE;
}

static uint64_t protection_bits(enum page_protection protection)
{
    static const uint64_t bits[] = {
        [PAGE_READABLE] = ENTRY_NO_EXECUTE,
        [PAGE_WRITABLE] = ENTRY_WRITABLE | ENTRY_NO_EXECUTE,
        [PAGE_EXECUTABLE] = 0,
        [PAGE_DEVICE] = ENTRY_WRITABLE | ENTRY_NO_EXECUTE | ENTRY_PAT_LOW | ENTRY_PAT_HIGH,
        [PAGE_WRITE_COMBINING] = ENTRY_WRITABLE | ENTRY_NO_EXECUTE | ENTRY_PAT_LOW,
    };
    return bits[protection];
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

[[gnu::noinline]] static void set_run(uint64_t address, uint64_t physical, uint64_t count,
                                      uint64_t bits)
{
    while (count > 0) {
        const bool large = count >= PAGES_IN_LARGE && (address | physical) % LARGE_PAGE_SIZE == 0 &&
                           table_remove(address);
        const uint64_t pages = large ? PAGES_IN_LARGE : 1;
        if (large)
            entry_write(page_window_entry(address, 2), physical | bits | ENTRY_LARGE);
        else
            entry_write(page_window_entry(address, 1), physical | bits);
        address += pages * PAGE_SIZE;
        physical += pages * PAGE_SIZE;
        count -= pages;
    }
}

void page_table_set(uint64_t address, uint64_t physical, uint64_t count,
                    enum page_protection protection)
{
    const uint64_t bits = protection_bits(protection) | ENTRY_PRESENT;
    if (count == 1)
        entry_write(page_window_entry(address, 1), physical | bits);
    else
        set_run(address, physical, count, bits);
}

enum status page_table_give(uint64_t address, TAKES(struct frames) frames)
{
    const bool large = frames->count == PAGES_IN_LARGE;
    const uint64_t value = frames->first * FRAME_SIZE | protection_bits(PAGE_WRITABLE) |
                           ENTRY_PRESENT | (large ? ENTRY_LARGE : 0);
    OWNED(frames_change, change);
    if (large && !table_remove(address))
        return STATUS_TIMEOUT;
    volatile uint64_t *entry = page_window_entry(address, large ? 2 : 1);
    frames_change_from_deed(frames, entry, &change);
    entry_write(entry, value);
    return STATUS_OK;
}

void page_table_protect(uint64_t address, uint64_t count, enum page_protection protection)
{
    const uint64_t bits = protection_bits(protection);
    struct cursor cursor = {.address = address, .left = count};
    while (next_entry(&cursor))
        entry_write(cursor.entry, (cursor.value & ~(ENTRY_WRITABLE | ENTRY_NO_EXECUTE)) | bits);
    // A CPU that does not answer can do with the pages what it could before; the report is tlb's.
    (void)tlb_shoot_down(address, count);
}

// Makes the entries not present; what they name stays. True: there are entries.
static bool withdraw(uint64_t address, uint64_t count)
{
    bool found = false;
    struct cursor cursor = {.address = address, .left = count};
    while (next_entry(&cursor)) {
        entry_write(cursor.entry, cursor.value & ~ENTRY_PRESENT);
        found = true;
    }
    return found;
}

// Clears an entry with this value and gives back what it names.
[[gnu::always_inline]] static inline void free_entry(volatile uint64_t *entry, uint64_t value,
                                                     uint64_t pages)
{
    OWNED(frames_change, change);
    frames_change_from_word(frame_of(value), pages, entry, &change);
    entry_write(entry, 0);
}

static void free_frames(uint64_t address, uint64_t count)
{
    struct cursor cursor = {.address = address, .left = count};
    while (next_entry(&cursor))
        free_entry(cursor.entry, cursor.value, cursor.pages);
}

// True: there were entries.
static bool clear(uint64_t address, uint64_t count)
{
    bool found = false;
    struct cursor cursor = {.address = address, .left = count};
    while (next_entry(&cursor)) {
        entry_write(cursor.entry, 0);
        found = true;
    }
    return found;
}

static void quarantine(uint64_t address, uint64_t count)
{
    struct cursor cursor = {.address = address, .left = count};
    while (next_entry(&cursor))
        table_quarantine(cursor.entry, cursor.pages);
}

[[gnu::noinline]] static void unmap_run(uint64_t address, uint64_t count, enum page_frames frames)
{
    if (!withdraw(address, count))
        return;
    if (tlb_shoot_down(address, count) != STATUS_OK || frames == PAGE_FRAMES_KEEP)
        quarantine(address, count);
    else
        free_frames(address, count);
}

// The entry of the page, whose upper tables exist; null: it is part of a large one, or has none.
[[gnu::always_inline]] static inline volatile uint64_t *small_entry(uint64_t address)
{
    const uint64_t above = entry_read(page_window_entry(address, 2));
    return (above & (ENTRY_PRESENT | ENTRY_LARGE)) == ENTRY_PRESENT ? page_window_entry(address, 1)
                                                                    : nullptr;
}

// One small page, as most are, is withdrawn and freed without looking for its entry twice.
void page_table_unmap(uint64_t address, uint64_t count, enum page_frames frames)
{
    volatile uint64_t *entry =
        count == 1 && frames == PAGE_FRAMES_FREE ? small_entry(address) : nullptr;
    if (!entry) {
        unmap_run(address, count, frames);
        return;
    }
    const uint64_t value = entry_read(entry);
    if (value == 0)
        return;
    entry_write(entry, value & ~ENTRY_PRESENT);
    if (tlb_shoot_down(address, 1) == STATUS_OK)
        free_entry(entry, value, 1);
    else
        table_quarantine(entry, 1);
}

void page_table_cancel(uint64_t address, uint64_t count)
{
    if (clear(address, count))
        (void)tlb_shoot_down(address, count);
}

// The entry that maps `address`, or null; `span` is how much it maps.
static volatile uint64_t *find_entry(uint64_t address, uint64_t *span)
{
    *span = PAGE_SIZE;
    for (unsigned level = 4; level > 1; level--) {
        volatile uint64_t *above = page_window_entry(address, level);
        const uint64_t value = entry_read(above);
        if (!(value & ENTRY_PRESENT))
            return nullptr;
        if (value & ENTRY_LARGE && level < 4) {
            *span = PAGE_SIZE << (9 * (level - 1));
            return above;
        }
    }
    volatile uint64_t *entry = page_window_entry(address, 1);
    return entry_read(entry) & ENTRY_PRESENT ? entry : nullptr;
}

enum status page_table_find(uint64_t address, uint64_t *physical, enum page_protection *protection)
{
    uint64_t span;
    const volatile uint64_t *entry = find_entry(address, &span);
    if (!entry)
        return STATUS_NOT_FOUND;
    const uint64_t value = entry_read(entry);
    *physical = (value & ENTRY_ADDRESS & ~(span - 1)) + address % span / PAGE_SIZE * PAGE_SIZE;
    *protection = protection_of(value);
    return STATUS_OK;
}

bool page_table_is_used_beside(uint64_t address, uint64_t count)
{
    enum : uint64_t { NEAR = 3 }; // where the next run of an area that fills up begins
    const uint64_t first = address / PAGE_SIZE % PAGES_IN_LARGE;
    const uint64_t above = entry_read(page_window_entry(address, 2));
    if (first < NEAR || first + count + NEAR > PAGES_IN_LARGE || above & ENTRY_LARGE ||
        !(above & ENTRY_PRESENT))
        return false;
    const volatile uint64_t *entry = page_window_entry(address, 1);
    const volatile uint64_t *last = entry + count - 1;
    return (entry_read(entry - NEAR) | entry_read(entry - NEAR + 1) | entry_read(last + NEAR) |
            entry_read(last + NEAR - 1)) != 0;
}
