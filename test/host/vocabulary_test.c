// SPDX-License-Identifier: MIT
// The vocabulary's headers, which belong to no cell. A panic is seen as the signal that ends a
// child.
#include <asm/prctl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cell/binding.h>
#include <cell/blocks.h>
#include <cell/lock.h>
#include <cell/slice.h>
#include <cell/test.h>

enum { ROUNDS = 20000 };

struct AFFINE token {
    uint32_t payload;
    LIVE_WORD uint32_t alive;
};

static unsigned drops;

static void token_drop(TAKES(struct token) token)
{
    drops++;
    token->alive = 0;
}

OWNS(token, alive);
OWNERSHIP(token, alive);

static bool panics(void (*function)(void))
{
    int status;
    const pid_t child = fork();
    if (child == 0) {
        (void)signal(SIGILL, SIG_DFL);
        function();
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGILL;
}

static uint8_t buffer[8];

static void read_at_the_end(void)
{
    const struct bytes slice = SLICE_OF(bytes, buffer);
    buffer[0] = SLICE_AT(slice, 8);
}

static void take_a_part_beyond_the_end(void)
{
    const struct bytes slice = SLICE_OF(bytes, buffer);
    buffer[0] = SLICE_PART(slice, 5, 4).pointer[0];
}

static void take_a_part_that_wraps(void)
{
    const struct bytes slice = SLICE_OF(bytes, buffer);
    buffer[0] = SLICE_PART(slice, 5, SIZE_MAX - 2).pointer[0];
}

static void start_beyond_the_end(void)
{
    const struct bytes slice = SLICE_OF(bytes, buffer);
    buffer[0] = (uint8_t)SLICE_FROM(slice, 9).length;
}

static void copy_too_much(void)
{
    uint8_t small[4];
    const struct bytes to = SLICE_OF(bytes, small);
    const struct bytes from = SLICE_OF(bytes, buffer);
    SLICE_COPY(to, from);
}

TEST(a_slice_is_read_written_and_divided)
{
    const struct bytes all = SLICE_OF(bytes, buffer);
    EXPECT(all.length == 8);
    for (size_t i = 0; i < all.length; i++)
        SLICE_AT(all, i) = (uint8_t)i;
    const struct bytes tail = SLICE_FROM(all, 6);
    const struct bytes middle = SLICE_PART(all, 2, 3);
    EXPECT(tail.length == 2 && SLICE_AT(tail, 1) == 7);
    EXPECT(middle.length == 3 && SLICE_AT(middle, 0) == 2);
    EXPECT(SLICE_FROM(all, 8).length == 0 && SLICE_PART(all, 8, 0).length == 0);
    SLICE_COPY(SLICE_FROM(all, 1), SLICE_PART(all, 0, 7));
    EXPECT(buffer[0] == 0 && buffer[1] == 0 && buffer[7] == 6);
    SLICE_COPY(middle, (struct const_bytes){});
}

TEST(leaving_a_slice_panics)
{
    EXPECT(panics(read_at_the_end));
    EXPECT(panics(take_a_part_beyond_the_end));
    EXPECT(panics(take_a_part_that_wraps));
    EXPECT(panics(start_beyond_the_end));
    EXPECT(panics(copy_too_much));
}

static void move_onto_an_owner(void)
{
    OWNED(token, a);
    OWNED(token, b);
    FILL(&a, .alive = 1);
    FILL(&b, .alive = 1);
    MOVE_TO(&a, &b);
}

TEST(a_move_onto_an_owner_panics)
{
    EXPECT(panics(move_onto_an_owner));
}

TEST(an_owner_is_filled_taken_and_dropped_once)
{
    drops = 0;
    {
        OWNED(token, token);
        FILL(&token, .payload = 5, .alive = 7);
        TAKE(taken, &token);
        EXPECT(taken.payload == 5 && taken.alive == 7 && token.alive == 0);
    }
    EXPECT(drops == 0);
    {
        OWNED(token, token);
        FILL(&token, .alive = 1);
    }
    EXPECT(drops == 1);
}

static struct spin_lock spin;
static struct irq_lock irq;
static unsigned counter GUARDED_BY(spin);

static bool holds_both(void)
{
    HOLD(&spin);
    HOLD(&irq);
    return spin.holder && irq.holder && !host_flags && CONTEXT->preemption_off == 1;
}

TEST(guards_hold_until_the_end_of_the_scope)
{
    struct ownership_entry *top = context_ownership_top();
    EXPECT(holds_both());
    EXPECT(!spin.holder && !irq.holder && host_flags && CONTEXT->preemption_off == 0);
    EXPECT(context_ownership_top() == top);
}

TEST(an_irq_lock_leaves_interrupts_off_that_were_off)
{
    struct irq_lock inner = {};
    const uint64_t flags = irq_lock_acquire(&irq);
    const uint64_t within = host_flags;
    {
        HOLD(&inner);
    }
    const uint64_t after = host_flags;
    irq_lock_release(&irq, flags);
    EXPECT(flags == INTERRUPT_FLAG && !within && !after && host_flags);
}

static void *count_up([[maybe_unused]] void *argument)
{
    struct ownership_entry chain[4];
    struct context_header context = {.ownership_top = chain, .self = &context};
    if (syscall(SYS_arch_prctl, ARCH_SET_GS, &context) != 0)
        return nullptr;
    for (int i = 0; i < ROUNDS; i++) {
        HOLD(&spin);
        counter++;
    }
    return context.ownership_top == chain ? argument : nullptr;
}

TEST(one_of_two_threads_holds_a_spin_lock)
{
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        EXPECT(pthread_create(&threads[i], nullptr, count_up, &threads[i]) == 0);
    for (int i = 0; i < 2; i++) {
        void *result;
        EXPECT(pthread_join(threads[i], &result) == 0 && result == &threads[i]);
    }
    HOLD(&spin);
    EXPECT(counter == 2 * ROUNDS);
}

BINDING(on_number, int (*)(int number));
BINDING_OWNERSHIP(on_number);
BINDING(to_table, const int *);
BINDING_OWNERSHIP(to_table);

static int add_one(int number)
{
    return number + 1;
}

TEST(a_binding_calls_what_it_is_bound_to)
{
    static const int table[] = {1, 4, 9};
    OWNED(on_number, first);
    OWNED(on_number, second);
    OWNED(to_table, squares);
    BIND(&first, add_one);
    BIND(&squares, table);
    MOVE_TO(&second, &first);
    EXPECT(!first.binding.target && CALL(&second, 4) == 5 && BOUND(&squares)[2] == 9);
    EXPECT(second.binding.type == &on_number_type && !second.binding.record);
    on_number_drop(&second);
    EXPECT(!second.binding.target);
}

static enum status wakes[] = {STATUS_EVOLVED, STATUS_EVOLVED, STATUS_TIMEOUT, STATUS_OK};

BLOCKS static enum status wait_for_wake(size_t *next)
{
    return wakes[(*next)++];
}

BLOCKS static enum status wait_twice(size_t *next)
{
    if (BLOCKING(wait_for_wake(next)) != STATUS_TIMEOUT)
        return STATUS_INTERNAL;
    return BLOCKING(wait_for_wake(next));
}

BLOCKS static enum status wait_and_pass_on(size_t *next)
{
    TRY(BLOCKING(wait_for_wake(next)));
    return STATUS_OK;
}

TEST(a_call_that_was_evolved_is_made_again)
{
    size_t next = 0;
    EXPECT_STATUS(STATUS_OK, wait_twice(&next));
    EXPECT(next == 4);
}

TEST(any_other_status_of_a_blocking_call_is_the_callers)
{
    size_t next = 0;
    EXPECT_STATUS(STATUS_TIMEOUT, wait_and_pass_on(&next));
    EXPECT(next == 3);
}
