// SPDX-License-Identifier: MIT
// Each does by hand what the vocabulary does, in a wrong order. The sweep must find every one.
#include "scenarios.h"
#include "world.h"

static void live_word_before_payload(void)
{
    OWNED(resource, slot);
    OWNED(resource, from);
    if (resource_make(&from) != STATUS_OK)
        return;
    ownership_note_move(&slot, &from, &resource_ownership);
    slot.number = from.number;
    from.number = 0;
    ownership_forget_move();
    COMPILER_BARRIER();
    slot.first = from.first;
    COMPILER_BARRIER();
    slot.last = from.last;
}

static void cleared_after_it_was_given_back(void)
{
    OWNED(resource, slot);
    if (resource_make(&slot) != STATUS_OK)
        return;
    struct resource copy = slot;
    resource_drop(&copy);
    COMPILER_BARRIER();
    slot.number = 0;
}

static void moved_without_a_note(void)
{
    OWNED(resource, from);
    OWNED(resource, to);
    if (resource_make(&from) != STATUS_OK)
        return;
    to.first = from.first;
    to.last = from.last;
    COMPILER_BARRIER();
    to.number = from.number;
    from.number = 0;
}

static void noted_before_the_entry_is_written(void)
{
    struct resource slot = {};
    asm volatile("addq $16, %%gs:0" ::: "memory", "cc");
    struct ownership_entry *entry = context_ownership_top() - 1;
    entry->slot = &slot;
    entry->descriptor = &resource_ownership;
    if (resource_make(&slot) == STATUS_OK)
        resource_drop(&slot);
    ownership_forget();
}

static void filled_before_it_is_noted(void)
{
    struct resource slot = {};
    if (resource_make(&slot) != STATUS_OK)
        return;
    ownership_note(&slot, &resource_ownership);
    resource_drop(&slot);
    ownership_forget();
}

static void lock_without_a_guard(void)
{
    spin_lock_acquire(&world.spin);
    spin_lock_release(&world.spin);
}

const struct scenario broken_scenarios[] = {
    {"live word before payload", live_word_before_payload},
    {"cleared after it was given back", cleared_after_it_was_given_back},
    {"moved without a note", moved_without_a_note},
    {"noted before the entry is written", noted_before_the_entry_is_written},
    {"filled before it is noted", filled_before_it_is_noted},
    {"a lock without a guard", lock_without_a_guard},
    {},
};
