// SPDX-License-Identifier: MIT
/// restartable: short runs of instructions of which the last store does it all, and which whoever
/// interrupts them knows how to leave. They cost nothing where nothing happens.
///
///     asm volatile("0: ...; load what the CPU's own objects say\n"
///                  "movq $0, (%%rdi)\n"           a slot is emptied,
///                  "movl %[head], (%[list])\n"    and this store makes the list own
///                  "1:\n" RESTARTABLE("0b", "1b", "0b", RESTARTABLE_REFILL_RDI) ...);
///
/// Each run is a constant `struct restartable_range`, an object of its cell's read-only data whose
/// name begins with `restartable_`, so that a cell's ranges are found by its symbols.
///
/// - **A fault** at an instruction of the range: before the chain is walked, and before anything
///   else runs on the CPU, restartable_settle() makes the slot agree with what was not committed.
/// - **An interrupt that switches tasks** there: restartable_resume() says where the task goes on.
///   Until the commit that is the start, because on another CPU, or after another task, what was
///   loaded is stale. So preemption need not be held.
///
/// The rules for a range: it calls nothing and jumps backwards only to its start; until the last
/// store it changes nothing that others see but the slot; what it read at its start is unchanged in
/// its registers; a slot's address is in RDI or RSI as the fix-up says.
///
/// Live swap:  ranges belong to the code; a task within one is at no safe point.
/// Fault:      this is part of what is done about it; it touches one word.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/annotations.h>

/// What a fault in a range leaves to do. Numbers, because assembly uses them.
#define RESTARTABLE_EMPTY_RSI 1           ///< the word at RSI gets 0
#define RESTARTABLE_REFILL_RDI 2          ///< the word at RDI gets RSI back
#define RESTARTABLE_REFILL_RDI_UNLESS_Z 3 ///< the same if ZF is clear: a CMPXCHG has failed

struct restartable_range {
    uint64_t start;  ///< address of the first instruction
    uint64_t end;    ///< address after the last
    uint64_t resume; ///< where an interrupted task goes on; 0: where it was
    uint64_t fix_up;
};

/// What of the faulted code's registers counts.
struct restartable_registers {
    void *rdi;
    void *rsi;
    uint64_t flags;
};

enum : uint64_t { RESTARTABLE_ZERO_FLAG = 1 << 6 }; ///< in RFLAGS

#if __STDC_HOSTED__
// A name for which the linker marks start and end; writable, for a program may be relocated.
#define RESTARTABLE_SECTION "restartable,\"aw\""
#else
#define RESTARTABLE_SECTION ".rodata.restartable,\"a\""
#endif
#define RESTARTABLE_TEXT(...) #__VA_ARGS__
#define RESTARTABLE_NUMBER(number) RESTARTABLE_TEXT(number)

// clang-format off
/// Within assembly: notes a range between two labels of this assembly. `resume` is a label or "0".
#define RESTARTABLE(start, end, resume, fix_up)                                                    \
    ".pushsection " RESTARTABLE_SECTION "\n"                                                       \
    ".balign 8\n"                                                                                  \
    ".type restartable_" RESTARTABLE_NUMBER(fix_up) "_%=, @object\n"                               \
    ".size restartable_" RESTARTABLE_NUMBER(fix_up) "_%=, 32\n"                                    \
    "restartable_" RESTARTABLE_NUMBER(fix_up) "_%=:\n"                                             \
    ".quad " start ", " end ", " resume ", " RESTARTABLE_NUMBER(fix_up) "\n"                       \
    ".popsection\n"
// clang-format on

/// The range of `count` at `ranges` in which `address` lies, or null.
static inline const struct restartable_range *
restartable_find(const struct restartable_range ranges[], size_t count, uint64_t address)
{
    for (size_t i = 0; i < count; i++)
        if (address >= ranges[i].start && address < ranges[i].end)
            return &ranges[i];
    return nullptr;
}

/// After a fault at an instruction of `range`.
static inline void restartable_settle(const struct restartable_range *range,
                                      const struct restartable_registers *registers)
{
    const bool zero = registers->flags & RESTARTABLE_ZERO_FLAG;
    void *volatile *slot = (void *volatile *)registers->rdi;
    if (range->fix_up == RESTARTABLE_EMPTY_RSI) {
        slot = (void *volatile *)registers->rsi;
        *slot = nullptr;
    } else if (range->fix_up == RESTARTABLE_REFILL_RDI || !zero) {
        *slot = registers->rsi;
    }
}

/// Where a task goes on that was interrupted at `address` in `range` and lost the CPU.
static inline uint64_t restartable_resume(const struct restartable_range *range, uint64_t address)
{
    return range->resume ? range->resume : address;
}
