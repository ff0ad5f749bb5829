// SPDX-License-Identifier: MIT
// The only inline assembly for privileged and special instructions.
//
// Live swap:  nothing here is remembered.
// Fault:      an instruction that the processor refuses faults in the caller's name.
#include <cell/annotations.h>
#include <cpu/processor.h>

UNSAFE(INNOCUOUS, "it only reads the time stamp")
uint64_t processor_time_stamp(void)
{
    uint32_t low;
    uint32_t high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

UNSAFE(INFECTIOUS, "the CPU stops")
void processor_halt(void)
{
    for (;;)
        asm volatile("cli\n\thlt" ::: "memory");
}

UNSAFE(INFECTIOUS, "the machine is reset")
void processor_shut_down(void)
{
    struct [[gnu::packed]] {
        uint16_t limit;
        uint64_t base;
    } empty = {};
    asm volatile("lidt %0\n\tud2" ::"m"(empty));
    processor_halt();
}

UNSAFE(INNOCUOUS, "it only forgets a translation")
void processor_invalidate_page(uint64_t address)
{
    asm volatile("invlpg (%0)" ::"r"(address) : "memory");
}

UNSAFE(INNOCUOUS, "it only forgets translations")
void processor_invalidate_all(void)
{
    uint64_t value;
    asm volatile("mov %%cr3, %0\n\tmov %0, %%cr3" : "=r"(value)::"memory");
}

UNSAFE(INFECTIOUS, "without it code and constants can be written")
void processor_write_protect(bool protect)
{
    const uint64_t bit = UINT64_C(1) << 16;
    uint64_t value;
    asm volatile("mov %%cr0, %0" : "=r"(value));
    value = protect ? value | bit : value & ~bit;
    asm volatile("mov %0, %%cr0" ::"r"(value) : "memory");
}

UNSAFE(INNOCUOUS, "it only reads a register")
uint64_t processor_page_table(void)
{
    uint64_t value;
    asm volatile("mov %%cr3, %0" : "=r"(value));
    return value;
}

UNSAFE(INNOCUOUS, "it only reads a register")
uint64_t processor_fault_address(void)
{
    uint64_t value;
    asm volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

UNSAFE(INNOCUOUS, "it only reads a register, or faults")
uint64_t processor_read_msr(uint32_t msr)
{
    uint32_t low;
    uint32_t high;
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

UNSAFE(INFECTIOUS, "the register may change what any code does")
void processor_write_msr(uint32_t msr, uint64_t value)
{
    asm volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

UNSAFE(INNOCUOUS, "it only reads")
struct processor_identity processor_identify(uint32_t leaf, uint32_t subleaf)
{
    struct processor_identity id;
    asm volatile("cpuid"
                 : "=a"(id.eax), "=b"(id.ebx), "=c"(id.ecx), "=d"(id.edx)
                 : "a"(leaf), "c"(subleaf));
    return id;
}
