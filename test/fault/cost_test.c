// SPDX-License-Identifier: MIT
// Counts the instructions that each function executes, and compares with what was promised.
#include "cost.h"
#include "step.h"
#include "world.h"

#include <stdio.h>

static int64_t instructions;
static bool failed;

static void count([[maybe_unused]] const struct step *step)
{
    instructions++;
}

static int64_t length(void (*function)(void))
{
    world.made = 0;
    instructions = 0;
    step_run(function, nullptr, count);
    return instructions;
}

// A limit of 0: only reported.
static void check(const char *what, double value, double limit)
{
    const bool over = limit > 0 && value > limit;
    printf("%-44s %6.1f", what, value);
    if (limit > 0)
        printf("   (limit %.0f)%s", limit, over ? "  EXCEEDED" : "");
    printf("\n");
    failed |= over;
}

// What the second and third owner cost more than without a chain.
static double per_owner(void (*one)(void), void (*three)(void))
{
    return (double)(length(three) - length(one) - length(plain_three) + length(plain_one)) / 2;
}

int main(void)
{
    step_start();
    const double owner = per_owner(owned_one, owned_three);
    const double linked = per_owner(linked_one, linked_three);
    const double move = (double)(length(owned_move) - length(owned_no_move));
    const double spin = (double)(length(raw_spin_lock) - length(no_lock));
    const double guard = (double)(length(held_spin_lock) - length(no_lock));
    check("instructions per owner, entry in the chain", owner, 7);
    check("the same, linked node on the stack", linked, 0);
    check("per move of a type of three words", move, 22);
    check("of which the move without a note", (double)(length(plain_move) - length(plain_no_move)),
          0);
    check("spin lock, raw: acquire and release", spin, 10);
    check("spin lock, HOLD and the end of its scope", guard, 18);
    check("irq lock, raw", (double)(length(raw_irq_lock) - length(no_lock)), 0);
    check("irq lock, HOLD", (double)(length(held_irq_lock) - length(no_lock)), 0);
    if (owner < 5 || owner >= linked) {
        printf("the figure per owner is not what was measured when the chain was chosen\n");
        failed = true;
    }
    return failed;
}
