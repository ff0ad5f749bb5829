# SPDX-License-Identifier: MIT
# Where the loader enters (boot_info.h says with what), how nano_core is left, and the boot CPU's
# first context. A zero return address and frame pointer end a backtrace.

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

# void nano_core_leave(uint64_t stack_top, uint64_t entry, struct handover *handover,
#                      uint64_t chain): jumps to `entry` with the handover, on another stack and
# with another chain. Nothing there leads back.
        .section .text.nano_core_leave, "ax", @progbits
        .globl  nano_core_leave
        .type   nano_core_leave, @function
nano_core_leave:
        .cfi_startproc
        .cfi_undefined rip
        movq    %rcx, %gs:0
        movq    %rdi, %rsp
        movq    %rdx, %rdi
        xorl    %ebp, %ebp
        pushq   $0
        jmp     *%rsi
        .cfi_endproc
        .size   nano_core_leave, . - nano_core_leave

# void nano_core_start_context(struct context_header *header): fills the boot CPU's header with its
# empty chain and its own address (cell/context.h). %gs gets no selector, so that nothing reloads
# its base, and the header's address as base (IA32_GS_BASE, Intel SDM volume 4).
        .section .text.nano_core_start_context, "ax", @progbits
        .globl  nano_core_start_context
        .type   nano_core_start_context, @function
nano_core_start_context:
        .cfi_startproc
        movq    $nano_core_chain, 0(%rdi)
        movq    %rdi, 8(%rdi)
        xorl    %eax, %eax
        movl    %eax, %gs
        movq    %rdi, %rax
        movq    %rdi, %rdx
        shrq    $32, %rdx
        movl    $0xC0000101, %ecx
        wrmsr
        ret
        .cfi_endproc
        .size   nano_core_start_context, . - nano_core_start_context

# The boot CPU's chain of owners: 256 entries (cell/ownership.h).
        .section .ownership_chain, "aw", @nobits
        .balign 4096
        .type   nano_core_chain, @object
nano_core_chain:
        .skip   4096
        .size   nano_core_chain, . - nano_core_chain

        .section .note.GNU-stack, "", @progbits
