# SPDX-License-Identifier: MIT
# uint64_t firmware_enter(uint64_t function, const uint64_t arguments[5], uint64_t top_table,
#                         void *stack_top, void *vector_state)
#
# Microsoft x64 convention (UEFI 2.10, 2.3.4.2): arguments in rcx, rdx, r8, r9 and on the stack
# above 32 bytes of home space; rdi and rsi belong to the caller, so rbx, rbp, r12 to r15 survive in
# both conventions. Interrupts are off within. Vector state is saved with FXSAVE, because no SIMD
# cell runs here; CR4.OSFXSR is set for the call.

        .section .text.firmware_enter, "ax", @progbits
        .globl  firmware_enter
        .type   firmware_enter, @function
firmware_enter:
        .cfi_startproc
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        pushq   %rbx
        .cfi_offset rbx, -24
        pushq   %r12
        .cfi_offset r12, -32
        pushq   %r13
        .cfi_offset r13, -40
        pushq   %r14
        .cfi_offset r14, -48
        pushfq
        popq    %r14
        cli

        movq    %r8, %rbx
        movq    %cr3, %r12
        movq    %cr4, %r13
        movq    %r13, %rax
        orq     $(1 << 9 | 1 << 10), %rax
        movq    %rax, %cr4
        fxsave64 (%rbx)

        movq    %rdi, %rax
        movq    %rdx, %r10
        movq    %rcx, %rsp
        pushq   $0
        pushq   32(%rsi)
        movq    0(%rsi), %rcx
        movq    8(%rsi), %rdx
        movq    16(%rsi), %r8
        movq    24(%rsi), %r9
        subq    $32, %rsp
        movq    %r10, %cr3
        call    *%rax
        movq    %r12, %cr3

        fxrstor64 (%rbx)
        movq    %r13, %cr4
        pushq   %r14
        popfq
        leaq    -32(%rbp), %rsp
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        .cfi_def_cfa rsp, 8
        ret
        .cfi_endproc
        .size   firmware_enter, . - firmware_enter

# uint64_t firmware_load_word(address), in the Microsoft convention: run by firmware_enter.
        .section .text.firmware_load_word, "ax", @progbits
        .globl  firmware_load_word
        .type   firmware_load_word, @function
firmware_load_word:
        .cfi_startproc
        movq    (%rcx), %rax
        ret
        .cfi_endproc
        .size   firmware_load_word, . - firmware_load_word

        .section .note.GNU-stack, "", @progbits
