// SPDX-License-Identifier: MIT
// An entry stays noted until it is dealt with, and how often that was tried is counted in the
// entry, before the slot is touched: whatever faults, the next call finds its way and the walk
// ends.
//
// Live swap:  nothing is remembered.
// Fault:      see ownership_walk.h.
#include <fault/ownership_walk.h>

enum { ATTEMPTS = 2 };

UNSAFE(INFECTIOUS, "a descriptor's address carries marks in its low bits")
static uintptr_t word_of(const struct ownership_entry *entry)
{
    return (uintptr_t)entry->descriptor;
}

UNSAFE(INFECTIOUS, "a descriptor's address carries marks in its low bits")
static const struct ownership_descriptor *descriptor_of(const struct ownership_entry *entry)
{
    return (const struct ownership_descriptor *)(word_of(entry) & ~(uintptr_t)OWNERSHIP_MARKS);
}

UNSAFE(INFECTIOUS, "a descriptor's address carries marks in its low bits")
static void count_attempt(struct ownership_entry *entry)
{
    entry->descriptor = (const struct ownership_descriptor *)(word_of(entry) + OWNERSHIP_ATTEMPT);
}

static unsigned attempts_at(const struct ownership_entry *entry)
{
    return (word_of(entry) & OWNERSHIP_MARKS) / OWNERSHIP_ATTEMPT;
}

// The live word of a slot: its address, to be read and cleared in its own size.
UNSAFE(INFECTIOUS, "the type of a slot is known by its descriptor only")
static bool owns(const void *slot, const struct ownership_descriptor *type)
{
    const volatile void *live = (const char *)slot + type->live_word_offset;
    switch (type->live_word_size) {
    case 1:
        return *(const volatile uint8_t *)live != 0;
    case 2:
        return *(const volatile uint16_t *)live != 0;
    case 4:
        return *(const volatile uint32_t *)live != 0;
    default:
        return *(const volatile uint64_t *)live != 0;
    }
}

UNSAFE(INFECTIOUS, "the type of a slot is known by its descriptor only")
static void empty(void *slot, const struct ownership_descriptor *type)
{
    volatile void *live = (char *)slot + type->live_word_offset;
    switch (type->live_word_size) {
    case 1:
        *(volatile uint8_t *)live = 0;
        break;
    case 2:
        *(volatile uint16_t *)live = 0;
        break;
    case 4:
        *(volatile uint32_t *)live = 0;
        break;
    default:
        *(volatile uint64_t *)live = 0;
    }
}

static void skip(const struct ownership_entry *entry, struct ownership_report *report)
{
    report->skipped++;
    report->skipped_slot = entry->slot;
    report->skipped_descriptor = descriptor_of(entry);
}

// `source` and, above it, the destination. If that owns already, the source does not.
static void end_move(struct ownership_entry *source)
{
    const struct ownership_descriptor *type = descriptor_of(source);
    if (owns(source[1].slot, type))
        empty(source->slot, type);
}

static void drop_owner(struct ownership_entry *entry, struct ownership_report *report)
{
    const struct ownership_descriptor *type = descriptor_of(entry);
    if (!owns(entry->slot, type))
        return;
    type->drop(entry->slot);
    report->dropped++;
}

void ownership_walk(struct ownership_chain *chain, struct ownership_report *report)
{
    while (chain->end > chain->start) {
        struct ownership_entry *entry = chain->end - 1;
        const bool move = !descriptor_of(entry);
        if (move)
            entry--;
        if (attempts_at(entry) == ATTEMPTS) {
            skip(entry, report);
        } else {
            count_attempt(entry);
            if (move)
                end_move(entry);
            else
                drop_owner(entry, report);
        }
        chain->end = entry;
    }
}
