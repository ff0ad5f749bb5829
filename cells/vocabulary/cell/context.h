// SPDX-License-Identifier: MIT
/// context: what %gs points to on every CPU. The layout is frozen (docs/abi.md).
///
/// An execution context is a task, an interrupt, or a recovery from a fault; each has a chain of
/// owners of its own (ownership.h). Who changes between them keeps three rules:
///
/// - The context switch exchanges `ownership_top` and `preemption_off`.
/// - Interrupt entry saves both, and starts the interrupt's chain **two entries** above
///   `ownership_top`: the interrupted code may be writing the next entry, or the next two (a move).
///   Interrupt exit restores both.
/// - A recovery starts with an empty chain in an array of its own, so that it has room even after
///   an overflow, and with preemption on: what a guard of the dead code added is not taken back
///   guard by guard.
///
/// The page after a chain's array is never mapped. A fault there comes before the owner is noted.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/annotations.h>

struct ownership_entry;

struct context_header {
    struct ownership_entry *volatile ownership_top; ///< where the next owner is noted
    struct context_header *self;                    ///< the address of this header
    volatile uint64_t preemption_off;               ///< how many want it so
};

static_assert(offsetof(struct context_header, ownership_top) == 0);
static_assert(offsetof(struct context_header, self) == 8);
static_assert(offsetof(struct context_header, preemption_off) == 16);
static_assert(sizeof(struct context_header) == 24);

/// How far above `ownership_top` an interrupt's chain starts, in entries.
#define CONTEXT_INTERRUPT_GAP 2

/// Reads and sets where the next owner is noted. In assembly, and never as CONTEXT->ownership_top:
/// Clang takes a pointer that is read from %gs:0 for the address of %gs:0 (the model of
/// thread-local storage in the C library) and would write the entry over the header.
UNSAFE(INFECTIOUS, "the chain is what everything else relies on")
[[gnu::always_inline]] static inline struct ownership_entry *context_ownership_top(void)
{
    struct ownership_entry *top;
    asm volatile("movq %%gs:0, %0" : "=r"(top)::"memory");
    return top;
}

UNSAFE(INFECTIOUS, "the chain is what everything else relies on")
[[gnu::always_inline]] static inline void context_set_ownership_top(struct ownership_entry *top)
{
    asm volatile("movq %0, %%gs:0" ::"r"(top) : "memory");
}

/// Moves the end of the chain by `bytes`, in one instruction.
UNSAFE(INFECTIOUS, "the chain is what everything else relies on")
[[gnu::always_inline]] static inline void context_move_ownership_top(int64_t bytes)
{
    asm volatile("addq %0, %%gs:0" ::"er"(bytes) : "memory", "cc");
}

/// This CPU's header, for its other members. The address space of %gs is 256 in Clang.
#define CONTEXT ((struct context_header [[clang::address_space(256)]] *)0)

/// This CPU's copy of a PER_CPU object, for a callee that takes a pointer; valid while preemption
/// is off.
#if __STDC_HOSTED__
#define PER_CPU_POINTER(object) (object)
#else
#define PER_CPU_POINTER(object) ((typeof_unqual(*(object)) *)context_address((uint64_t)(object)))

[[gnu::always_inline]] static inline void *context_address(uint64_t offset)
{
    return (char *)CONTEXT->self + offset;
}
#endif
