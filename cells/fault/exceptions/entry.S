# SPDX-License-Identifier: MIT
# Entry code of vectors 0 to 31: makes every stack frame look alike, saves the general registers as
# `struct exception_frame` and calls exception_report(frame). Some vectors push an error code
# (Intel SDM volume 3, table 6-1); the others get a zero in its place.

# The vectors for which the processor pushes an error code: 8, 10 to 14, 17, 21, 29, 30.
#define WITH_ERROR      0x60227D00

        .section .text.exception_entry, "ax", @progbits

        .macro entry vector
        .align 16
exception_entry_\vector:
        .cfi_startproc
        .if (1 << \vector) & WITH_ERROR
        .cfi_def_cfa rsp, 48
        .else
        .cfi_def_cfa rsp, 40
        pushq   $0
        .cfi_adjust_cfa_offset 8
        .endif
        pushq   $\vector
        .cfi_adjust_cfa_offset 8
        jmp     exception_common
        .cfi_endproc
        .endm

        .altmacro
        .set    vector, 0
        .rept   32
        entry   %vector
        .set    vector, vector + 1
        .endr

        .align 16
exception_common:
        .cfi_startproc
        .cfi_def_cfa rsp, 56
        .cfi_offset rip, -40
        .irp    register, rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
        pushq   %\register
        .cfi_adjust_cfa_offset 8
        .endr
        movq    %rsp, %rdi
        movq    %rsp, %rbx
        andq    $-16, %rsp
        cld
        call    exception_report
        ud2
        .cfi_endproc
        .type   exception_common, @function
        .size   exception_common, . - exception_common

        .section .rodata.exception_gates, "a", @progbits
        .align  8
        .globl  exception_gates
        .type   exception_gates, @object
exception_gates:
        .set    vector, 0
        .macro  gate vector
        .quad   exception_entry_\vector
        .endm
        .rept   32
        gate    %vector
        .set    vector, vector + 1
        .endr
        .size   exception_gates, . - exception_gates

        .section .note.GNU-stack, "", @progbits
