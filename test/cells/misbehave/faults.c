// SPDX-License-Identifier: MIT
// Each fault happens in a function of its own, two calls deep for the backtrace. What is wrong
// comes from volatile objects, so that the compiler does not see it. The tests find the lines by
// the comments "fault: WORD".
#include "faults.h"

#include <cell/ownership.h>
#include <cell/slice.h>
#include <cell/status.h>

#include <stdint.h>

#include <cell/text.h>
#include <memory/frame_allocator.h>

struct pair {
    int first;
    int second;
};

STATE volatile int zero;
STATE volatile uint64_t address;

// Clang does not check volatile accesses: this one reaches the processor.
[[gnu::noinline]] static int read_register(const volatile int *pointer)
{
    return *pointer; // fault: null
}

[[gnu::noinline]] static int read_through(const int *pointer)
{
    return *pointer; // fault: misaligned
}

[[gnu::noinline]] static int read_member(const struct pair *pointer)
{
    return pointer->second; // fault: null_member
}

[[gnu::noinline]] static int read_at(int index)
{
    static const volatile int numbers[4] = {1, 2, 3, 4};
    return numbers[index]; // fault: bounds
}

[[gnu::noinline]] static int shift_by(int bits)
{
    return 1 << bits; // fault: shift
}

[[gnu::noinline]] static int read_truth(const bool *truth)
{
    return *truth ? 1 : 2; // fault: bool
}

[[gnu::noinline]] static int divide_by(int divisor)
{
    return 1000 / divisor; // fault: division
}

// In C the check would come first: this is for the processor's own complaint.
UNSAFE(INNOCUOUS, "it goes wrong on purpose")
[[gnu::noinline]] static int divide(int dividend, int divisor)
{
    int quotient = dividend;
    int rest = -1;
    asm volatile("idivl %[divisor]" // fault: quotient
                 : "+a"(quotient), "+d"(rest)
                 : [divisor] "r"(divisor));
    return quotient + rest;
}

[[gnu::noinline]] static int add(int a, int b)
{
    return a + b; // fault: overflow
}

[[gnu::noinline]] static int choose(int number)
{
    switch (number) {
    case 1:
        return 10;
    case 2:
        return 20;
    default:
        __builtin_unreachable(); // fault: unreachable
    }
}

[[gnu::noinline]] static int call(int (*function)(int))
{
    return function(1) + 1; // fault: badcall
}

static long takes_two(long a, long b)
{
    return a + b;
}

[[gnu::noinline]] static int recurse(volatile int *depth)
{
    volatile char room[1024];
    room[0] = (char)++*depth;
    return *depth < 0 ? 0 : recurse(depth) + room[0];
}

[[gnu::noinline]] static int give_up(void)
{
    __builtin_trap(); // fault: trap
}

// RSM is valid in system management mode only.
UNSAFE(INNOCUOUS, "it goes wrong on purpose")
[[gnu::noinline]] static int execute_nothing(void)
{
    asm volatile("rsm"); // fault: invalid
    return 0;
}

UNSAFE(INNOCUOUS, "it goes wrong on purpose")
static const void *wrong_pointer(void)
{
    return (const void *)address;
}

static int null(void)
{
    return read_register(wrong_pointer());
}

static int misaligned(void)
{
    static const int numbers[2] = {1, 2};
    address = (uint64_t)numbers + 1;
    return read_through(wrong_pointer());
}

static int null_member(void)
{
    return read_member(wrong_pointer());
}

static int bounds(void)
{
    return read_at(zero + 4);
}

static int shift(void)
{
    return shift_by(zero + 32);
}

static int truth(void)
{
    static const volatile char two = 2;
    address = (uint64_t)&two;
    return read_truth(wrong_pointer());
}

[[gnu::noinline]] static int read_slice(struct const_bytes bytes, size_t index)
{
    return SLICE_AT(bytes, index);
}

static int slice(void)
{
    static const uint8_t three[3] = {1, 2, 3};
    return read_slice(SLICE_OF(const_bytes, three), 3 + (size_t)zero);
}

UNSAFE(INNOCUOUS, "it goes wrong on purpose")
[[gnu::noinline]] static void move_onto(struct frames *to, struct frames *from)
{
    MOVE_TO(to, from);
}

static int overwrite(void)
{
    OWNED(frames, first);
    OWNED(frames, second);
    if (frames_allocate(1, &first) == STATUS_OK && frames_allocate(1, &second) == STATUS_OK)
        move_onto(&first, &second);
    return 0;
}

static int division(void)
{
    return divide_by(zero);
}

static int quotient(void)
{
    return divide(INT32_MIN + zero, zero - 1);
}

static int overflow(void)
{
    return add(INT32_MAX, 1 + zero);
}

static int impossible(void)
{
    return choose(zero);
}

UNSAFE(INNOCUOUS, "it goes wrong on purpose")
static int badcall(void)
{
    static long (*const volatile function)(long, long) = takes_two;
    address = (uint64_t)function;
    return call((int (*)(int))address);
}

// Notes owners until there is no room for one more.
[[gnu::noinline, noreturn]] static void own_too_much(void)
{
    for (;;)
        ownership_note(nullptr, nullptr);
}

[[noreturn]] static int chain(void)
{
    own_too_much();
}

static int stack(void)
{
    return recurse(&zero);
}

static const struct {
    const char *word;
    int (*function)(void);
} faults[] = {
    {"null", null},
    {"misaligned", misaligned},
    {"null_member", null_member},
    {"bounds", bounds},
    {"shift", shift},
    {"bool", truth},
    {"division", division},
    {"slice", slice},
    {"overwrite", overwrite},
    {"quotient", quotient},
    {"overflow", overflow},
    {"unreachable", impossible},
    {"badcall", badcall},
    {"stack", stack},
    {"chain", chain},
    {"trap", give_up},
    {"invalid", execute_nothing},
};

bool fault(struct text word, int *status)
{
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (!text_equal(word, text_of(faults[i].word)))
            continue;
        *status = faults[i].function();
        return true;
    }
    return false;
}
