// SPDX-License-Identifier: MIT
/// interrupts: this CPU's interrupt flag. For irq_lock.h; a cell has no other business with it.
/// On the host, where the instructions are not permitted, the flag is a variable.
#pragma once
#include <stdint.h>

#include <cell/annotations.h>

enum : uint64_t { INTERRUPT_FLAG = 1 << 9 }; ///< in RFLAGS

#if __STDC_HOSTED__
extern volatile uint64_t host_flags; // test/host/context.c

static inline uint64_t interrupts_flags(void)
{
    return host_flags;
}

static inline void interrupts_save(volatile uint64_t *flags)
{
    *flags = host_flags;
}

static inline void interrupts_disable(void)
{
    host_flags = 0;
}

static inline void interrupts_enable(void)
{
    host_flags = INTERRUPT_FLAG;
}
#else
/// Reads RFLAGS.
UNSAFE(INNOCUOUS, "an instruction that C cannot express")
[[gnu::always_inline]] static inline uint64_t interrupts_flags(void)
{
    uint64_t flags;
    asm volatile("pushfq\n\tpopq %0" : "=r"(flags)::"memory");
    return flags;
}

/// Stores RFLAGS. POP takes an address relative to the stack pointer as it is after the pop.
UNSAFE(INNOCUOUS, "an instruction that C cannot express")
[[gnu::always_inline]] static inline void interrupts_save(volatile uint64_t *flags)
{
    asm volatile("pushfq\n\tpopq %0" : "=m"(*flags)::"memory");
}

UNSAFE(INFECTIOUS, "an instruction that C cannot express")
[[gnu::always_inline]] static inline void interrupts_disable(void)
{
    asm volatile("cli" ::: "memory");
}

UNSAFE(INFECTIOUS, "an instruction that C cannot express")
[[gnu::always_inline]] static inline void interrupts_enable(void)
{
    asm volatile("sti" ::: "memory");
}
#endif

/// Enables interrupts if they were when `flags` were saved.
[[gnu::always_inline]] static inline void interrupts_restore(uint64_t flags)
{
    if (flags & INTERRUPT_FLAG)
        interrupts_enable();
}
