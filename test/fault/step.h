// SPDX-License-Identifier: MIT
/// step: runs a function one instruction at a time (x86-64, the trap flag).
#pragma once
#include <stdint.h>

#include <cell/restartable.h>

struct step {
    uint64_t address; ///< of the instruction that has not been executed yet
    uint64_t stack;   ///< the stack pointer
    bool primitive;   ///< a PRIMITIVE function is running
    struct restartable_registers registers;
};

/// Called before each instruction. It runs on the signal stack, and may itself call step_run.
typedef void step_function(const struct step *step);

/// Once, before step_run.
void step_start(void);

/// Calls `function`, and `each` before each instruction of it and of what it calls, on the stack
/// that ends at `stack_top`; null: on the current one.
void step_run(void (*function)(void), void *stack_top, step_function *each);
