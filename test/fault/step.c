// SPDX-License-Identifier: MIT
// PRIMITIVE functions lie in a section of their own. One runs from its first instruction until the
// stack pointer is above its return address.
#include "step.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

enum : size_t { SIGNAL_STACK = 1 << 20 };

extern const char step_call[], step_call_end[];
// The linker makes these two.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern const char __start_primitive_text[];
extern const char __stop_primitive_text[];
// NOLINTEND(bugprone-reserved-identifier)

void step_call_on(void (*function)(void), void *stack_top);

// step_call_on(function, stack_top). The first trap comes after the call instruction.
asm(".text\n"
    "step_call:\n"
    "step_call_on:\n"
    "    pushq %rbp\n"
    "    movq %rsp, %rbp\n"
    "    testq %rsi, %rsi\n"
    "    cmovneq %rsi, %rsp\n"
    "    andq $-16, %rsp\n"
    "    pushfq\n"
    "    orl $0x100, (%rsp)\n"
    "    popfq\n"
    "    call *%rdi\n"
    "    pushfq\n"
    "    andl $~0x100, (%rsp)\n"
    "    popfq\n"
    "    movq %rbp, %rsp\n"
    "    popq %rbp\n"
    "    ret\n"
    "step_call_end:\n");

// One for each step_run under way.
struct stepping {
    struct stepping *outer;
    step_function *each;
    uint64_t primitive_stack; // where its return address lies; 0: none is running
};

static struct stepping *current;

static void on_trap([[maybe_unused]] int signal, [[maybe_unused]] siginfo_t *info, void *context)
{
    const greg_t *registers = ((const ucontext_t *)context)->uc_mcontext.gregs;
    const uint64_t address = (uint64_t)registers[REG_RIP];
    const uint64_t stack = (uint64_t)registers[REG_RSP];
    struct stepping *stepping = current;
    if (address >= (uint64_t)step_call && address < (uint64_t)step_call_end)
        return;
    if (stepping->primitive_stack && stack > stepping->primitive_stack)
        stepping->primitive_stack = 0;
    if (!stepping->primitive_stack && address >= (uint64_t)__start_primitive_text &&
        address < (uint64_t)__stop_primitive_text)
        stepping->primitive_stack = stack;
    const struct step step = {
        address,
        stack,
        stepping->primitive_stack != 0,
        {(void *)registers[REG_RDI], (void *)registers[REG_RSI], (uint64_t)registers[REG_EFL]},
    };
    stepping->each(&step);
}

void step_start(void)
{
    const stack_t stack = {
        .ss_sp =
            mmap(nullptr, SIGNAL_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
        .ss_size = SIGNAL_STACK,
    };
    const struct sigaction action = {
        .sa_sigaction = on_trap,
        .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
    };
    if (stack.ss_sp == MAP_FAILED || sigaltstack(&stack, nullptr) != 0 ||
        sigaction(SIGTRAP, &action, nullptr) != 0) {
        perror("step");
        exit(2);
    }
}

void step_run(void (*function)(void), void *stack_top, step_function *each)
{
    struct stepping stepping = {current, each, 0};
    current = &stepping;
    step_call_on(function, stack_top);
    current = stepping.outer;
}
