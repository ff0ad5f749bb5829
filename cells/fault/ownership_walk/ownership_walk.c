// SPDX-License-Identifier: MIT
// An entry stays noted until it is dealt with, and how often that was tried is counted in the
// entry, before the slot is touched: whatever faults, the next call finds its way and the walk
// ends.
//
// Live swap:  nothing is remembered.
// Fault:      see ownership_walk.h.
#include <fault/ownership_walk.h>

enum { ATTEMPTS = 2 };

// The descriptor's address with other marks in its low bits.
UNSAFE(INFECTIOUS, "a descriptor's address carries marks in its low bits")
static const struct ownership_descriptor *with_marks(const struct ownership_descriptor *descriptor,
                                                     uintptr_t marks)
{
    const uintptr_t word = (uintptr_t)descriptor & ~(uintptr_t)OWNERSHIP_MARKS;
    return (const struct ownership_descriptor *)(word | marks);
}

static uintptr_t marks_of(const struct ownership_entry *entry)
{
    return (uintptr_t)entry->descriptor & OWNERSHIP_MARKS;
}

static const struct ownership_descriptor *descriptor_of(const struct ownership_entry *entry)
{
    return with_marks(entry->descriptor, 0);
}

static void count_attempt(struct ownership_entry *entry)
{
    entry->descriptor = with_marks(entry->descriptor, marks_of(entry) + OWNERSHIP_ATTEMPT);
}

static uintptr_t attempts_at(const struct ownership_entry *entry)
{
    return marks_of(entry) / OWNERSHIP_ATTEMPT;
}

enum access { READ, CLEAR };

// NOLINTBEGIN(bugprone-macro-parentheses): it is a type
// What the live word of a slot was: it is read and cleared in its own size.
UNSAFE(INFECTIOUS, "the type of a slot is known by its descriptor only")
static bool access_live_word(void *slot, const struct ownership_descriptor *type,
                             enum access access)
{
    void *live = (char *)slot + type->live_word_offset;
    switch (type->live_word_size) {
#define SIZE(bytes, word)                                                                          \
    case bytes: {                                                                                  \
        const bool owned = *(volatile word *)live != 0;                                            \
        if (access == CLEAR)                                                                       \
            *(volatile word *)live = 0;                                                            \
        return owned;                                                                              \
    }
        SIZE(1, uint8_t)
        SIZE(2, uint16_t)
        SIZE(4, uint32_t)
        SIZE(8, uint64_t)
#undef SIZE
    default:
        return false;
    }
}
// NOLINTEND(bugprone-macro-parentheses)

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
    if (access_live_word(source[1].slot, type, READ))
        (void)access_live_word(source->slot, type, CLEAR);
}

static void drop_owner(struct ownership_entry *entry, struct ownership_report *report)
{
    const struct ownership_descriptor *type = descriptor_of(entry);
    if (!access_live_word(entry->slot, type, READ))
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
