// SPDX-License-Identifier: MIT
// slab: 64 KiB of pieces of one size, and the two moves on which everything rests: a piece between
// the slab's list and its owner's slot.
//
// **The list.** A list word has the offset of the first free piece in its low 16 bits (0: none) and
// the number of pieces in use, less one, above. A free piece holds the list word as it is when this
// piece is taken. So a move is one store to `head`, which counts too; and the count borrows exactly
// when the last piece comes back.
//
// **Who writes.** `head` belongs to the CPU whose heap the slab is in, without a lock: its moves
// are restartable ranges. Other CPUs push onto `remote`, by compare and exchange; while that says
// REMOTE_FULL, they first bring the slab back into its heap's list. gather() brings both together
// in one exchange of 8 bytes; the links that it prepares before are the same whenever it begins
// again.
//
// **What is never used yet** is not in the list: pieces are carved off when both lists are empty,
// and then the first one never carved is the one after those in use.
//
// Live swap, fault: see heap.h.
#pragma once
#include "classes.h"
#include "design.h"

#include <cell/lock.h>
#include <cell/restartable.h>

// The thread sanitizer does not see what assembly orders.
#if __has_feature(thread_sanitizer)
#include <sanitizer/tsan_interface.h>
#define ORDER_BEFORE(object) __tsan_release(object)
#define ORDER_AFTER(object) __tsan_acquire(object)
#else
#define ORDER_BEFORE(object) ((void)(object))
#define ORDER_AFTER(object) ((void)(object))
#endif

#define LIST_ONE 0x10000 // one piece in use, in a list word
#define LIST_OFFSET(word) ((uint16_t)(word))
#define LIST_USED(word) ((uint16_t)(((word) >> 16) + 1))

enum : uint32_t {
    OWNER_FULL = 1U << 31,   // with a CPU's number: no free piece, and in no list
    OWNER_LARGE = 1U << 30,  // one piece with a mapping of its own
    OWNER_NOBODY = 1U << 29, // no slab
    REMOTE_FULL = 1U << 31,  // in place of the other CPUs' list, while the slab is full
};

struct cpu_heap;

struct slab {
    union {
        struct {
            uint32_t head;
            uint32_t remote; // offset of the first piece that another CPU dropped
        };
        uint64_t lists;
    };
    uint32_t owner; // number of the CPU, or one of the above
    uint16_t size;  // of a piece
    uint8_t class;
    bool kept; // empty, and counted as such by its heap
    struct cpu_heap *heap;
    struct slab *next;     // the list of slabs with free pieces
    struct slab *previous; // follows from `next`
    struct slab_backing backing;
};

static_assert(sizeof(struct slab) <= SLAB_HEADER);
static_assert(offsetof(struct slab, remote) == 4);

struct cpu_heap {
    uint64_t units;  // sizes that the hot path deals with: UNITS, or 0 before the start
    uint32_t number; // from 1
    uint32_t kept;   // empty slabs in the lists
    struct slab *current[CLASSES];
    struct spin_lock lock;
    struct slab *partial[CLASSES] GUARDED_BY(&lock); // with free pieces, but for the current one
    struct cpu_heap *next;                           // of all heaps
    struct slab nothing; // the current slab of a class without one: its list is empty
};

PER_CPU struct cpu_heap local;

#ifdef LOCAL // given by the fault sweep, which has one CPU
#elif __STDC_HOSTED__
#define LOCAL "%%fs:local@tpoff"
#else
#define LOCAL "%%gs:local"
#endif

#include "backing.h"

static inline uint32_t slab_capacity(const struct slab *slab)
{
    return (SLAB_SIZE - SLAB_HEADER) / slab->size;
}

// The list word that a free piece holds.
static inline uint32_t *slab_link(char *base, uint32_t offset)
{
    return (void *)(base + offset);
}

/// Fills `piece` with one of at least `unit` + 1 units from this CPU's current slab. False: it has
/// none, or its heap has not been started, or there are no such slabs.
UNSAFE(INFECTIOUS, "a restartable range: what it commits is one store")
[[gnu::always_inline]] static inline bool slab_pop(uint64_t unit, FILLS(struct heap_piece) piece,
                                                   char **start_of)
{
    const uint8_t *class = class_of;
    uint64_t slab;
    uint64_t list;
    char *start;
    asm volatile goto("0: cmpq " LOCAL "+%c[units], %[unit]\n\t"
                      "jae %l[none]\n\t"
                      "movzbl %[class], %k[slab]\n\t"
                      "movq " LOCAL "+%c[current](,%[slab],8), %[slab]\n\t"
                      "movl (%[slab]), %k[list]\n\t"
                      "movzwl %w[list], %k[start]\n\t"
                      "testl %k[start], %k[start]\n\t"
                      "jz %l[none]\n\t"
                      "addq " SLAB_BASE_OPERAND ", %[start]\n\t"
                      "movl (%[start]), %k[list]\n\t"
                      "movq %[start], (%%rsi)\n\t"
                      "movl %k[list], (%[slab])\n\t"
                      "1:\n\t" RESTARTABLE("0b", "1b", "0b", RESTARTABLE_EMPTY_RSI)
                      : [slab] "=&r"(slab), [list] "=&r"(list), [start] "=&r"(start)
                      : [unit] "r"(unit), [class] "m"(class[unit]),
                        "S"(piece), [units] "i"(offsetof(struct cpu_heap, units)),
                        [current] "i"(offsetof(struct cpu_heap, current)), SLAB_BASE_INPUT
                      : "memory", "cc"
                      : none);
    *start_of = start;
    return true;
none:
    return false;
}

// clang-format off
// Assembly of slab_push(). `last`: what is done if the last piece comes back.
#define SLAB_PUSH_HERE(last)                                                                       \
    asm volatile goto("0: movl " LOCAL "+%c[number], %k[list]\n\t"                                \
                      "cmpl %k[list], %c[owner](%[slab])\n\t"                                     \
                      "jne %l[refused]\n\t"                                                       \
                      "movl (%[slab]), %k[list]\n\t"                                              \
                      "movl %k[list], (%%rsi)\n\t"                                                \
                      "subl $0x10000, %k[list]\n\t" last                                          \
                      "movw %%si, %w[list]\n\t"                                                   \
                      "movq $0, (%%rdi)\n\t"                                                      \
                      "movl %k[list], (%[slab])\n\t"                                              \
                      "1:\n\t" RESTARTABLE("0b", "1b", "0b", RESTARTABLE_REFILL_RDI)              \
                      : [list] "=&r"(list)                                                         \
                      : [slab] "r"(slab), "D"(piece), "S"(start),                                  \
                        [number] "i"(offsetof(struct cpu_heap, number)),                           \
                        [owner] "i"(offsetof(struct slab, owner))                                  \
                      : "memory", "cc"                                                             \
                      : refused)
// clang-format on

enum slab_side {
    SLAB_UNLESS_LAST, ///< to the list of this CPU, unless it is the last piece in use
    SLAB_HERE,        ///< to the list of this CPU
    SLAB_ELSEWHERE,   ///< to the list that other CPUs use
};

/// Takes `piece` back into its slab. False: it still owns, for it is the last one, or the slab is
/// not this CPU's, or, elsewhere, full.
UNSAFE(INFECTIOUS, "restartable ranges: what each commits is one store")
[[gnu::always_inline]] static inline bool slab_push(enum slab_side side,
                                                    TAKES(struct heap_piece) piece)
{
    uint64_t list;
    void *start;
    // An instruction, without checks of the slot.
    __builtin_memcpy((void *)&start, (const char *)piece, sizeof start);
    if (HEAP_DESIGN != HEAP_OWNED && !start)
        return false;
    struct slab *slab = slab_of(start);
    if (side == SLAB_ELSEWHERE) {
        ORDER_BEFORE(slab);
        asm volatile goto("0: movl 4(%[slab]), %%eax\n\t"
                          "testl %%eax, %%eax\n\t"
                          "js %l[refused]\n\t"
                          "movl %%eax, (%%rsi)\n\t"
                          "movq $0, (%%rdi)\n\t"
                          "lock cmpxchgl %k[offset], 4(%[slab])\n\t"
                          "1: je 2f\n\t"
                          "movq %%rsi, (%%rdi)\n\t"
                          "jmp 0b\n\t"
                          "2:\n\t" RESTARTABLE("0b", "1b", "0b", RESTARTABLE_REFILL_RDI)
                              RESTARTABLE("1b", "2b", "0", RESTARTABLE_REFILL_RDI_UNLESS_Z)
                          : "=&a"(list)
                          : [slab] "r"(slab), [offset] "r"((uint64_t)LIST_OFFSET((uintptr_t)start)),
                            "D"(piece), "S"(start)
                          : "memory", "cc"
                          : refused);
        return true;
    }
    if (side == SLAB_UNLESS_LAST)
        SLAB_PUSH_HERE("jc %l[refused]\n\t");
    else
        SLAB_PUSH_HERE("");
    return true;
refused:
    return false;
}

/// Brings what other CPUs dropped into the slab's own list, if that is empty. False: it still is.
/// For the CPU of the slab's heap, with preemption off.
static bool slab_gather(struct slab *slab)
{
    char *base = slab_base(slab);
    const uint64_t head_bits = UINT32_MAX;
    uint64_t seen = __atomic_load_n(&slab->lists, __ATOMIC_ACQUIRE);
    ORDER_AFTER(slab);
    while (LIST_OFFSET(seen) == 0 && LIST_OFFSET(seen >> 32) != 0) {
        const uint32_t first = (uint32_t)(seen >> 32);
        uint32_t count = 0;
        for (uint32_t at = first; at != 0; at = LIST_OFFSET(*slab_link(base, at)))
            heap_check(count++ < slab_capacity(slab), slab_link(base, at));
        // As if they had been pushed one after the other, the first one last.
        uint32_t list = (uint32_t)(seen & head_bits) - count * LIST_ONE;
        for (uint32_t at = first; at != 0; at = LIST_OFFSET(list)) {
            list += LIST_ONE;
            list = (list & ~0xFFFFU) | LIST_OFFSET(*slab_link(base, at));
            *slab_link(base, at) = list;
        }
        const uint64_t gathered =
            (((uint32_t)(seen & head_bits) - count * LIST_ONE) & ~0xFFFFU) | first;
        if (__atomic_compare_exchange_n(&slab->lists, &seen, gathered, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
            return true;
    }
    return LIST_OFFSET(seen) != 0;
}

/// Carves new pieces, a page of them at most, if there are any left. The slab's lists must be
/// empty: then those in use are all that were carved. False: it is full.
static bool slab_carve(struct slab *slab)
{
    enum : uint32_t { PAGE = 4096 };
    char *base = slab_base(slab);
    const uint32_t list = __atomic_load_n(&slab->head, __ATOMIC_RELAXED);
    const uint32_t used = LIST_USED(list);
    const uint32_t most = PAGE / slab->size + 1;
    const uint32_t left = slab_capacity(slab) - used;
    const uint32_t count = left < most ? left : most;
    const uint32_t in_use = used * slab->size;
    const uint32_t first = SLAB_HEADER + in_use;
    if (count == 0)
        return false;
    uint32_t offset = first;
    uint32_t link = used * LIST_ONE + first + slab->size;
    for (uint32_t i = 1; i < count; i++) {
        *slab_link(base, offset) = link;
        offset += slab->size;
        link += LIST_ONE + slab->size;
    }
    *slab_link(base, offset) = (used + count - 1) * LIST_ONE;
    __atomic_store_n(&slab->head, (list & ~0xFFFFU) | first, __ATOMIC_RELEASE);
    return true;
}
