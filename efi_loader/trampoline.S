// SPDX-License-Identifier: MIT
/// trampoline: from the firmware's paging to ours, through no paging at all.
///
/// The firmware may have left 5-level paging on, which can be turned off only outside of long mode.
/// So every boot goes this way, and this way is tested by every boot: 64-bit code under the
/// firmware's page tables, 32-bit code without paging, 64-bit code under our page tables.
///
/// This is copied to a page below 4 GiB that is mapped at its physical address in both, writable
/// only in the first. It uses no stack until it has the new one. Interrupts are off throughout, and
/// there is no IDT: the firmware's is in memory that is free now.

#define CODE64          0x08
#define DATA            0x10
#define CODE32          0x18

#define CR0             0x80010031      // PG, WP, NE, ET, PE: all others off
#define CR0_PG          0x80000000
#define CR4             0x00000020      // PAE: no LA57, PCIDE, CET, SMEP...
#define EFER            0xC0000080
#define EFER_VALUE      0x00000900      // LME, NXE

#define AT(label)       (label - trampoline_begin)

        .section .text, "xr"
        .globl  trampoline_begin, trampoline_state, trampoline_end

        .code64
        .p2align 4
trampoline_begin:
        cli
        cld
        leaq    trampoline_begin(%rip), %rbx
        leaq    gdt(%rip), %rax
        movq    %rax, gdt_register + 2(%rip)
        leal    AT(without_paging)(%ebx), %eax
        movl    %eax, far_without_paging(%rip)
        leal    AT(with_paging)(%ebx), %eax
        movl    %eax, far_with_paging(%rip)
        lgdt    gdt_register(%rip)
        lidt    no_idt(%rip)
        ljmpl   *far_without_paging(%rip)

        .code32
without_paging:
        movl    $DATA, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        movl    %eax, %ss
        movl    %cr0, %eax              // WP stays for now: CET, if on, needs it
        andl    $~CR0_PG, %eax
        movl    %eax, %cr0
        movl    $CR4, %eax
        movl    %eax, %cr4
        movl    AT(trampoline_state)(%ebx), %eax
        movl    %eax, %cr3
        movl    $EFER, %ecx
        movl    $EFER_VALUE, %eax
        xorl    %edx, %edx
        wrmsr
        movl    $CR0, %eax
        movl    %eax, %cr0
        ljmpl   *AT(far_with_paging)(%ebx)

        .code64
with_paging:
        movq    trampoline_state + 8(%rip), %rsp
        movq    trampoline_state + 16(%rip), %rdi
        movq    trampoline_state + 24(%rip), %rax
        xorl    %ebx, %ebx
        xorl    %ecx, %ecx
        xorl    %edx, %edx
        xorl    %esi, %esi
        xorl    %ebp, %ebp
        jmpq    *%rax

        .p2align 3
gdt:
        .quad   0
        .quad   0x00AF9B000000FFFF      // 64-bit code, accessed
        .quad   0x00CF93000000FFFF      // data, 4 GiB from 0, accessed
        .quad   0x00CF9B000000FFFF      // 32-bit code, 4 GiB from 0, accessed
gdt_end:
gdt_register:
        .word   gdt_end - gdt - 1
        .quad   0
no_idt:
        .word   0
        .quad   0
        .p2align 2
far_without_paging:
        .long   0
        .word   CODE32
        .p2align 2
far_with_paging:
        .long   0
        .word   CODE64

        .p2align 3
trampoline_state:                       // struct entry_state
        .skip   32
trampoline_end:
