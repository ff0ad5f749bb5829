// SPDX-License-Identifier: MIT
// Faults at every instruction of every scenario. Before each instruction the state is saved, the
// chain is walked as after a fault there, the world is checked, and the state is put back: so one
// run tries every instruction.
//
// First an interrupt comes, with owners of its own, and leaves.
//
// The walk runs on the signal stack. At every STRIDEth fault it is stepped in its turn: at each of
// its instructions a second recovery walks the first one's chain and goes on with the first.
#include "scenarios.h"
#include "step.h"
#include "symbols.h"
#include "world.h"

#include <asm/prctl.h>
#include <fault/ownership_walk.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum : size_t { STACK = 16384, SITES = 16384, PARTS = 131072 };

struct saved {
    struct world world;
    uint64_t flags;
    struct ownership_report report;
    char stack[STACK];
    char walk_stack[STACK];
    char parts[PARTS];
};

struct site {
    uint64_t address;
    bool primitive;
    bool wrong;
};

static struct {
    alignas(16) char stack[STACK]; // the scenario's
    struct saved saved[2];
    struct ownership_report report;
    const struct scenario *scenario;
    uint64_t scenario_stack;    // its stack pointer at the fault
    const char *walk_stack_end; // of the walk under way
    size_t gap;                 // at which an interrupt's chain starts
    bool unsettled;             // restartable ranges are not settled
    uint64_t stride;            // 0: walks are not stepped
    sigjmp_buf crash;
    uint64_t steps, wrong, drop_steps, drop_wrong;
    struct site sites[SITES];
} sweep;

// What the interrupt owns. It is no part of the world, which is put back.
struct AFFINE probe {
    LIVE_WORD uint32_t alive;
};

static void probe_drop(TAKES(struct probe) probe)
{
    probe->alive = 0;
}

OWNS(probe, alive);
OWNERSHIP(probe, alive);

static void interrupt(void)
{
    struct ownership_entry *top = context_ownership_top();
    context_set_ownership_top(top + sweep.gap);
    {
        OWNED(probe, first);
        FILL(&first, .alive = 1);
        OWNED(probe, second);
        MOVE_TO(&second, &first);
    }
    context_set_ownership_top(top);
}

static struct site *site_of(uint64_t address)
{
    size_t place = address * 2654435761U % SITES;
    while (sweep.sites[place].address && sweep.sites[place].address != address)
        place = (place + 1) % SITES;
    sweep.sites[place].address = address;
    return &sweep.sites[place];
}

// The part of a stack that is in use, red zone included.
static size_t used(const char *end, uint64_t pointer)
{
    const uint64_t size = (uint64_t)end - pointer + 128;
    if (size > STACK) {
        fprintf(stderr, "%s: over %zu bytes of stack\n", sweep.scenario->name, STACK);
        exit(2);
    }
    return size;
}

static void save_parts(struct saved *saved)
{
    char *to = saved->parts;
    for (const struct world_part *part = world_parts; part->start; part++) {
        if (part->size > (size_t)(saved->parts + PARTS - to)) {
            fprintf(stderr, "the parts of the world have over %zu bytes\n", PARTS);
            exit(2);
        }
        memcpy(to, part->start, part->size);
        to += part->size;
    }
}

static void put_parts_back(const struct saved *saved)
{
    const char *from = saved->parts;
    for (const struct world_part *part = world_parts; part->start; part++) {
        memcpy(part->start, from, part->size);
        from += part->size;
    }
}

static void save(struct saved *saved, uint64_t walk_pointer)
{
    const char *end = sweep.stack + STACK;
    size_t size = used(end, sweep.scenario_stack);
    saved->world = world;
    saved->flags = host_flags;
    saved->report = sweep.report;
    save_parts(saved);
    memcpy(saved->stack, end - size, size);
    if (walk_pointer) {
        size = used(sweep.walk_stack_end, walk_pointer);
        memcpy(saved->walk_stack, sweep.walk_stack_end - size, size);
    }
}

static void put_back(const struct saved *saved, uint64_t walk_pointer)
{
    char *end = sweep.stack + STACK;
    size_t size = used(end, sweep.scenario_stack);
    world = saved->world;
    host_flags = saved->flags;
    sweep.report = saved->report;
    put_parts_back(saved);
    memcpy(end - size, saved->stack, size);
    if (walk_pointer) {
        size = used(sweep.walk_stack_end, walk_pointer);
        memcpy((char *)(uintptr_t)(sweep.walk_stack_end - size), saved->walk_stack, size);
    }
}

// The linker makes these two, if there are ranges.
// NOLINTBEGIN(bugprone-reserved-identifier)
[[gnu::weak]] extern const struct restartable_range __start_restartable[];
[[gnu::weak]] extern const struct restartable_range __stop_restartable[];
// NOLINTEND(bugprone-reserved-identifier)

static void settle(const struct step *step)
{
    const struct restartable_range *range = restartable_find(
        __start_restartable, (size_t)(__stop_restartable - __start_restartable), step->address);
    if (range && !sweep.unsettled)
        restartable_settle(range, &step->registers);
}

// What a fault handler does first: a restartable range settled, the dead chain aside, a fresh one
// in its place.
static void bury(unsigned recovery, struct ownership_entry *start, const struct step *step)
{
    settle(step);
    world.dead[recovery] = (struct ownership_chain){start, context_ownership_top()};
    world.context.preemption_off = 0;
    context_set_ownership_top(world.recovery[recovery]);
}

static void walk(void)
{
    ownership_walk(&world.dead[0], &sweep.report);
}

static bool right(uint64_t address, const char *where)
{
    const char *problem = world_fault();
    if (!problem && sweep.report.skipped)
        problem = "an owner was skipped";
    if (problem)
        printf("wrong: %s: a fault %s %s, %#lx: %s\n", sweep.scenario->name, where,
               symbol_at(address), address, problem);
    return !problem;
}

// A fault within the walk, or within a drop that it calls.
static void fault_again(const struct step *step)
{
    if (step->primitive)
        return;
    save(&sweep.saved[1], step->stack);
    bury(1, world.recovery[0], step);
    ownership_walk(&world.dead[1], &sweep.report);
    walk();
    sweep.drop_steps++;
    sweep.drop_wrong += !right(step->address, "during the walk in");
    put_back(&sweep.saved[1], step->stack);
}

static void recover(void)
{
    char end;
    sweep.walk_stack_end = &end;
    if (sweep.stride && sweep.steps % sweep.stride == 0)
        step_run(walk, nullptr, fault_again);
    else
        walk();
}

static void on_crash([[maybe_unused]] int signal)
{
    siglongjmp(sweep.crash, 1);
}

static void fault_here(const struct step *step)
{
    struct site *site = site_of(step->address);
    site->primitive |= step->primitive;
    interrupt();
    if (step->primitive)
        return;
    sweep.scenario_stack = step->stack;
    save(&sweep.saved[0], 0);
    bury(0, world.chain, step);
    bool survived = sigsetjmp(sweep.crash, 0) == 0;
    if (survived)
        recover();
    sweep.steps++;
    if (!survived)
        printf("wrong: %s: the walk itself faulted\n", sweep.scenario->name);
    else
        survived = right(step->address, "in");
    sweep.wrong += !survived;
    site->wrong |= !survived;
    put_back(&sweep.saved[0], 0);
}

static void reset_world(void)
{
    world = (struct world){};
    world.context.self = &world.context;
    world.context.ownership_top = world.chain;
    sweep.report = (struct ownership_report){};
    world_parts_start();
}

// Runs a scenario; false if it is not right even without a fault.
static bool sweep_scenario(const struct scenario *scenario)
{
    sweep.scenario = scenario;
    reset_world();
    step_run(scenario->run, sweep.stack + STACK, fault_here);
    const char *problem = world_fault();
    if (!problem && (context_ownership_top() != world.chain || world.context.preemption_off))
        problem = "something is still noted";
    if (problem)
        printf("wrong: %s: without a fault: %s\n", scenario->name, problem);
    return !problem;
}

static void list_primitives(void)
{
    const char *names[SITES];
    size_t count = 0;
    printf("in PRIMITIVE sections, or called from there:");
    for (size_t i = 0; i < SITES; i++) {
        if (!sweep.sites[i].primitive)
            continue;
        const char *name = symbol_at(sweep.sites[i].address);
        size_t j = 0;
        while (j < count && strcmp(names[j], name) != 0)
            j++;
        if (j == count) {
            names[count++] = name;
            printf(" %s", name);
        }
    }
    printf("\n");
}

static int report(const char *build, bool scenarios_right)
{
    size_t tested = 0, right_sites = 0, primitive = 0;
    for (size_t i = 0; i < SITES; i++) {
        const struct site *site = &sweep.sites[i];
        primitive += site->primitive;
        tested += site->address && !site->primitive;
        right_sites += site->address && !site->primitive && !site->wrong;
    }
    list_primitives();
    printf("%-16s %8s %8s %8s %10s %14s %8s\n", "build", "sites", "right", "faults", "PRIMITIVE",
           "during walks", "right");
    printf("%-16s %8zu %8zu %8lu %10zu %14lu %8lu\n", build, tested, right_sites, sweep.steps,
           primitive, sweep.drop_steps, sweep.drop_steps - sweep.drop_wrong);
    return tested < 500 || !scenarios_right || sweep.wrong || sweep.drop_wrong;
}

// Whether the sweep says that `scenario` is wrong.
static bool finds(const struct scenario *scenario, size_t gap)
{
    sweep.wrong = 0;
    sweep.steps = 0;
    sweep.gap = gap;
    const bool right_without = sweep_scenario(scenario);
    const bool found = sweep.wrong > 0;
    printf("%s: %s, interrupts %zu entries above: wrong at %lu of %lu faults%s\n",
           found ? "found" : "missed", scenario->name, gap, sweep.wrong, sweep.steps,
           right_without ? "" : ", and without a fault");
    return found;
}

static int find_broken(void)
{
    const struct scenario *moves = scenarios;
    bool all_found = true;
    for (const struct scenario *broken = broken_scenarios; broken->name; broken++)
        all_found &= finds(broken, CONTEXT_INTERRUPT_GAP);
    while (moves->name && strcmp(moves->name, "moves between slots") != 0)
        moves++;
    for (size_t gap = 0; moves->name && gap < CONTEXT_INTERRUPT_GAP; gap++)
        all_found &= finds(moves, gap);
    return !all_found;
}

int main(int argc, char *argv[])
{
    const struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK | SA_NODEFER};
    bool all_right = true;
    if (argc < 2 || syscall(SYS_arch_prctl, ARCH_SET_GS, &world.context) != 0 ||
        sigaction(SIGSEGV, &action, nullptr) != 0) {
        fprintf(stderr, "usage: %s BUILD STRIDE | --broken\n", argv[0]);
        return 2;
    }
    step_start();
    if (argc == 2)
        return find_broken();
    sweep.gap = CONTEXT_INTERRUPT_GAP;
    sweep.stride = strtoul(argv[2], nullptr, 10);
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++)
        all_right &= sweep_scenario(scenario);
    return report(argv[1], all_right);
}
