# SPDX-License-Identifier: MIT
# Where the loader enters (boot_info.h says with what), and the change to another stack. A zero
# return address and frame pointer end a backtrace.

        .section .text.nano_core_entry, "ax", @progbits
        .globl  nano_core_entry
        .type   nano_core_entry, @function
nano_core_entry:
        .cfi_startproc
        .cfi_undefined rip
        xorl    %ebp, %ebp
        andq    $-16, %rsp
        pushq   $0
        pushq   $0
        call    nano_core_main
        ud2
        .cfi_endproc
        .size   nano_core_entry, . - nano_core_entry

        .section .text.nano_core_continue, "ax", @progbits
        .globl  nano_core_continue
        .type   nano_core_continue, @function
nano_core_continue:
        .cfi_startproc
        .cfi_undefined rip
        movq    %rdi, %rsp
        xorl    %ebp, %ebp
        pushq   $0
        pushq   $0
        call    *%rsi
        ud2
        .cfi_endproc
        .size   nano_core_continue, . - nano_core_continue

        .section .note.GNU-stack, "", @progbits
