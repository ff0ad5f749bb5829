// SPDX-License-Identifier: MIT
#include <cell/lock.h>
#include <cell/test.h>
#include <fault/ownership_walk.h>

struct AFFINE token {
    uint64_t payload;
    LIVE_WORD uint16_t number;
};

static struct {
    unsigned order[8];
    unsigned count;
} state;

static void token_drop(TAKES(struct token) token)
{
    state.order[state.count++ % 8] = token->number;
    token->number = 0;
}

OWNS(token, number);
OWNERSHIP(token, number);

static struct ownership_chain chain_of(struct ownership_entry *entries, size_t count)
{
    state.count = 0;
    return (struct ownership_chain){entries, entries + count};
}

static const struct ownership_descriptor *marked(unsigned marks)
{
    return (const struct ownership_descriptor *)((const char *)&token_ownership + marks);
}

TEST(owners_are_dropped_newest_first_and_empty_slots_not_at_all)
{
    struct token tokens[3] = {{.number = 1}, {.number = 0}, {.number = 3}};
    struct ownership_entry entries[3];
    struct ownership_report report = {};
    for (int i = 0; i < 3; i++)
        entries[i] = (struct ownership_entry){&tokens[i], &token_ownership};
    struct ownership_chain chain = chain_of(entries, 3);
    ownership_walk(&chain, &report);
    EXPECT(state.count == 2 && state.order[0] == 3 && state.order[1] == 1);
    EXPECT(report.dropped == 2 && report.skipped == 0 && chain.end == chain.start);
    EXPECT(tokens[0].number == 0 && tokens[2].number == 0);
}

TEST(a_move_in_flight_leaves_one_owner)
{
    for (unsigned arrived = 0; arrived < 2; arrived++) {
        struct token source = {.number = 7};
        struct token destination = {.number = arrived ? 7 : 0};
        struct ownership_entry entries[] = {
            {&source, &token_ownership},
            {&destination, &token_ownership},
            {&source, marked(OWNERSHIP_MOVING)},
            {&destination, nullptr},
        };
        struct ownership_report report = {};
        struct ownership_chain chain = chain_of(entries, 4);
        ownership_walk(&chain, &report);
        EXPECT(state.count == 1 && state.order[0] == 7 && report.dropped == 1);
    }
}

TEST(an_owner_that_was_tried_twice_is_skipped_and_reported)
{
    struct token good = {.number = 1};
    struct token bad = {.number = 2};
    struct ownership_entry entries[] = {
        {&good, &token_ownership},
        {&bad, marked(2 * OWNERSHIP_ATTEMPT)},
    };
    struct ownership_report report = {};
    struct ownership_chain chain = chain_of(entries, 2);
    ownership_walk(&chain, &report);
    EXPECT(state.count == 1 && state.order[0] == 1);
    EXPECT(report.skipped == 1 && report.skipped_slot == &bad);
    EXPECT(report.skipped_descriptor == &token_ownership);
}

TEST(a_scope_drops_what_it_still_owns)
{
    struct ownership_entry *before = context_ownership_top();
    state.count = 0;
    {
        OWNED(token, first);
        OWNED(token, second);
        OWNED(token, third);
        FILL(&first, .number = 1, .payload = 10);
        FILL(&second, .number = 2, .payload = 20);
        MOVE_TO(&third, &second);
        EXPECT(third.payload == 20 && third.number == 2 && second.number == 0);
        EXPECT(context_ownership_top() == before + 3);
    }
    EXPECT(state.count == 2 && state.order[0] == 2 && state.order[1] == 1);
    EXPECT(context_ownership_top() == before);
}

// Walks what has been noted since `start`, as if the code had died.
static struct ownership_report walk_since(struct ownership_entry *start)
{
    struct ownership_chain chain = {start, context_ownership_top()};
    struct ownership_report report = {};
    ownership_walk(&chain, &report);
    context_set_ownership_top(start);
    return report;
}

TEST(guards_of_dead_code_let_go)
{
    struct ownership_entry *start = context_ownership_top();
    const uint64_t preemption_off = CONTEXT->preemption_off;
    const uint64_t flags = interrupts_flags() & INTERRUPT_FLAG;
    struct spin_lock spin = {};
    struct irq_lock irq = {};
    struct spin_guard spin_guard;
    struct irq_guard irq_guard;
    spin_guard_begin(&spin_guard, &spin);
    irq_guard_begin(&irq_guard, &irq);
    const bool held = spin.holder == &spin_guard && irq.holder == &irq_guard &&
                      (interrupts_flags() & INTERRUPT_FLAG) == 0;
    const struct ownership_report report = walk_since(start);
    CONTEXT->preemption_off = preemption_off; // as a recovery does
    EXPECT(held && report.dropped == 2);
    EXPECT(!spin.holder && !irq.holder && (interrupts_flags() & INTERRUPT_FLAG) == flags);
}

TEST(a_guard_that_waits_does_not_let_go_for_the_holder)
{
    struct ownership_entry *start = context_ownership_top();
    struct spin_lock lock = {};
    struct spin_guard waiting = {};
    bool still_held;
    {
        HOLD(&lock);
        waiting.lock = &lock;
        struct ownership_entry *dead = context_ownership_top();
        ownership_note(&waiting, &spin_guard_ownership);
        (void)walk_since(dead);
        still_held = lock.holder != nullptr;
    }
    EXPECT(still_held && !waiting.lock && !lock.holder && context_ownership_top() == start);
}
