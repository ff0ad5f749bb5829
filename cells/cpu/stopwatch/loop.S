# SPDX-License-Identifier: MIT
# void stopwatch_loop(uint64_t turns): two instructions a turn, whatever a compiler would make of
# it. `turns` must not be 0.

        .section .text.stopwatch_loop, "ax", @progbits
        .globl  stopwatch_loop
        .hidden stopwatch_loop
        .type   stopwatch_loop, @function
stopwatch_loop:
        .cfi_startproc
0:      decq    %rdi
        jnz     0b
        ret
        .cfi_endproc
        .size   stopwatch_loop, . - stopwatch_loop

        .section .note.GNU-stack, "", @progbits
