// SPDX-License-Identifier: MIT
/// ownership: slots that drop what they own on every way out of a scope, and on every fault.
///
///     OWNED(frames, deed);                       an empty slot, noted in the chain
///     TRY(frames_allocate(3, &deed));            filled: if this fails, nothing is owned
///     MOVE_TO(&other, &deed);                    emptied: `other` owns the frames now
///                                                at the end of the scope: dropped if still owned
///
/// docs/concepts/ownership.md is the chapter to read. A type that can be owned has one live word
/// (annotations.h), a drop function `void TYPE_drop(TAKES(struct TYPE) slot)` and a descriptor: its
/// header says `OWNS(frames, count);` below both, one source file `OWNERSHIP(frames, count);`.
///
/// **The chain.** Each execution context notes its slots, oldest first, in an array of its own; the
/// end is the word at %gs:0 (context.h). An entry is written before the end is moved past it, and
/// the slot is empty until a maker fills it: at any instruction the chain holds exactly the slots
/// that exist. After a fault ownership_walk() drops what the chain notes, newest first.
///
/// **Filling and taking.** A maker writes the payload, then the live word (FILL). A taker copies
/// out, then clears the live word (TAKE). The payload of an empty slot is junk.
///
/// **Moving.** Both slots are noted before the destination owns. Where the walk finds that note and
/// the destination owns, it empties the source: one owner at any instruction, wherever the two lie,
/// and without comparing values, for two counted references may be equal bits.
///
/// **What is made of owners** (a structure, an array) owns from the moment its live word is set:
/// first fill it with empty members, then move them in. Its drop function drops each member in
/// place, then clears the live word, so that it can be begun again after a fault within it.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/annotations.h>
#include <cell/context.h>
#include <cell/panic.h>

/// What the walk knows of a type. Constant, in read-only data; the layout is frozen (docs/abi.md).
struct ownership_descriptor {
    void (*drop)(void *slot);  ///< empties the slot; does nothing to an empty one
    uint32_t size;             ///< of the type, in bytes
    uint32_t live_word_offset; ///< in bytes
    uint32_t live_word_size;   ///< 1, 2, 4 or 8 bytes
    uint32_t version;          ///< of the type's meaning (STATE_VERSION)
};

/// A slot and its type. A move is two entries: the source, its descriptor's address raised by
/// OWNERSHIP_MOVING, and above it the destination, without a descriptor.
struct ownership_entry {
    void *volatile slot;
    const struct ownership_descriptor *volatile descriptor;
};

static_assert(sizeof(struct ownership_descriptor) == 24);
static_assert(alignof(struct ownership_descriptor) == 8);
static_assert(sizeof(struct ownership_entry) == 16);

/// The low bits of a noted descriptor. The walk counts its attempts at an entry there.
#define OWNERSHIP_MOVING 1
#define OWNERSHIP_ATTEMPT 2
#define OWNERSHIP_MARKS 7

/// Keeps the compiler from moving memory accesses across.
#define COMPILER_BARRIER() asm volatile("" ::: "memory")

/// Notes a slot.
[[gnu::always_inline]] static inline void
ownership_note(void *slot, const struct ownership_descriptor *descriptor)
{
    struct ownership_entry *entry = context_ownership_top();
    entry->slot = slot;
    entry->descriptor = descriptor;
    context_move_ownership_top(sizeof *entry);
}

/// Removes the newest note.
[[gnu::always_inline]] static inline void ownership_forget(void)
{
    context_move_ownership_top(-(int64_t)sizeof(struct ownership_entry));
}

/// Notes a move.
UNSAFE(INFECTIOUS, "the chain is what everything else relies on")
[[gnu::always_inline]] static inline void
ownership_note_move(void *destination, void *source, const struct ownership_descriptor *descriptor)
{
    struct ownership_entry *entry = context_ownership_top();
    entry[0].slot = source;
    entry[0].descriptor =
        (const struct ownership_descriptor *)((const char *)descriptor + OWNERSHIP_MOVING);
    entry[1].slot = destination;
    entry[1].descriptor = nullptr;
    context_move_ownership_top(2 * sizeof *entry);
}

/// Removes the note of a move.
[[gnu::always_inline]] static inline void ownership_forget_move(void)
{
    context_move_ownership_top(-2 * (int64_t)sizeof(struct ownership_entry));
}

/// Panics unless a move's destination is empty. Reading its live word also touches it: a bad
/// destination faults before anything has changed.
UNSAFE(INNOCUOUS, "the instruction that panics")
[[gnu::always_inline]] static inline void ownership_check_empty(bool empty)
{
    if (!empty)
        PANIC(PANIC_OVERWRITE);
}

/// Copies all of a value of `size` bytes but its live word.
[[gnu::always_inline]] static inline void ownership_copy_payload(void *to, const void *from,
                                                                 size_t size, size_t live_offset,
                                                                 size_t live_size)
{
    const size_t rest = live_offset + live_size;
    __builtin_memcpy(to, from, live_offset);
    __builtin_memcpy((char *)to + rest, (const char *)from + rest, size - rest);
}

#define OWNERSHIP_INLINE [[gnu::always_inline, maybe_unused]] static inline
#define OWNERSHIP_OVERLOAD [[clang::overloadable, gnu::always_inline, maybe_unused]] static inline
#define OWNERSHIP_COPY_PAYLOAD(type, live_word, to, from)                                          \
    ownership_copy_payload((to), (from), sizeof(struct type), offsetof(struct type, live_word),    \
                           sizeof(typeof((to)->live_word)))

/// Declares what OWNED, MOVE_TO, FILL and TAKE need of `struct type`, whose live word is the member
/// `live_word`.
#define OWNS(type, live_word)                                                                      \
    extern const struct ownership_descriptor type##_ownership;                                     \
    OWNERSHIP_INLINE void type##_scope_end(struct type *slot)                                      \
    {                                                                                              \
        if (slot->live_word)                                                                       \
            type##_drop(slot);                                                                     \
        ownership_forget();                                                                        \
    }                                                                                              \
    OWNERSHIP_OVERLOAD void ownership_move(struct type *destination, struct type *source)          \
    {                                                                                              \
        ownership_check_empty(!destination->live_word);                                            \
        OWNERSHIP_COPY_PAYLOAD(type, live_word, destination, source);                              \
        COMPILER_BARRIER();                                                                        \
        ownership_note_move(destination, source, &type##_ownership);                               \
        destination->live_word = source->live_word;                                                \
        source->live_word = 0;                                                                     \
        ownership_forget_move();                                                                   \
    }                                                                                              \
    OWNERSHIP_OVERLOAD void ownership_fill(struct type *slot, const struct type *value)            \
    {                                                                                              \
        OWNERSHIP_COPY_PAYLOAD(type, live_word, slot, value);                                      \
        COMPILER_BARRIER();                                                                        \
        slot->live_word = value->live_word;                                                        \
        COMPILER_BARRIER();                                                                        \
    }                                                                                              \
    OWNERSHIP_OVERLOAD void ownership_take(struct type *slot, struct type *copy)                   \
    {                                                                                              \
        OWNERSHIP_COPY_PAYLOAD(type, live_word, copy, slot);                                       \
        copy->live_word = slot->live_word;                                                         \
        COMPILER_BARRIER();                                                                        \
        slot->live_word = 0;                                                                       \
        COMPILER_BARRIER();                                                                        \
    }                                                                                              \
    static_assert(true)

/// Defines the descriptor of `struct type`, in the file that defines its drop function.
#define OWNERSHIP(type, live_word)                                                                 \
    static void type##_drop_slot(void *slot)                                                       \
    {                                                                                              \
        type##_drop(slot);                                                                         \
    }                                                                                              \
    const struct ownership_descriptor type##_ownership = {                                         \
        type##_drop_slot,                                                                          \
        sizeof(struct type),                                                                       \
        offsetof(struct type, live_word),                                                          \
        sizeof(typeof(((struct type *)nullptr)->live_word)),                                       \
        0,                                                                                         \
    }

/// An empty slot of `struct type`, dropped at the end of the scope.
#define OWNED(type, name)                                                                          \
    [[gnu::cleanup(type##_scope_end)]] struct type name = {};                                      \
    ownership_note(&(name), &type##_ownership)

/// Moves `*source` to `*destination`, both of one affine type. The destination must be empty, else
/// this panics; afterwards the source is. Moving nothing is allowed.
#define MOVE_TO(destination, source) ownership_move((destination), (source))

/// In a maker: fills the empty `*slot` with a value that is written like an initialiser.
/// `FILL(deed, .first = 7, .count = 3);`
#define FILL(slot, ...) ownership_fill((slot), &(typeof(*(slot))){__VA_ARGS__})

// NOLINTBEGIN(bugprone-macro-parentheses): `copy` is declared
/// In a PRIMITIVE drop or taker: declares `copy`, takes what `*slot` owns into it and empties the
/// slot. No chain knows the copy: what it says must be given back before anything can fault.
#define TAKE(copy, slot)                                                                           \
    [[TAG("taken")]] typeof(*(slot)) copy = {};                                                    \
    ownership_take((slot), &(copy))
// NOLINTEND(bugprone-macro-parentheses)
