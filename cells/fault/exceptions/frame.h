// SPDX-License-Identifier: MIT
/// What entry.S leaves on the stack; private to exceptions.
#pragma once
#include <stdint.h>

struct exception_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
    uint64_t vector;
    uint64_t error; ///< 0 where the processor gives none
    uint64_t rip, cs, rflags, rsp, ss;
};
static_assert(sizeof(struct exception_frame) == 22 * sizeof(uint64_t));

extern const uint64_t exception_gates[];

[[noreturn]] void exception_report(const struct exception_frame *frame);
