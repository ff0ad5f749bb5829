// SPDX-License-Identifier: MIT
// checked: what the debug build adds to each small piece: its size and a mark at its end, guard
// bytes between what was asked for and these, and poison in what is free.
//
// A drop finds: a piece that is dropped already, one that was written past, an address that is no
// piece. An allocation finds a free piece that was written to. Large pieces have a guard page.
//
// Live swap:  the layout is the build's; a debug build does not replace another.
// Fault:      the marks are the owner's, until the piece is dropped.
#pragma once
#include "cpu.h"

#ifdef THEORIS_DEBUG
enum : bool { CHECKED = true };
#else
enum : bool { CHECKED = false };
#endif

struct piece_end {
    uint64_t size; // as asked for
    uint64_t mark; // with the piece's address, so that a copy is none
};

enum : uint64_t {
    MARK_IN_USE = 0x5EED0F0EA5E1F1ED,
    MARK_FREE = 0xF4EE0F0EF4EE5EED,
};
enum : unsigned char { GUARD = 0xFD, POISON = 0xDB };
enum : size_t { LINK_SIZE = 8 }; // bytes of a free piece that the list uses

static struct piece_end *piece_end_of(char *start)
{
    return (void *)(start + slab_of(start)->size - sizeof(struct piece_end));
}

// Panics if there is no piece at `start`.
static bool is_small(void *start)
{
    const uint32_t owner = __atomic_load_n(&slab_of(start)->owner, __ATOMIC_RELAXED);
    heap_check(owner != 0 && !(owner & OWNER_NOBODY), start);
    return owner != OWNER_LARGE;
}

static bool bytes_are(const char *from, const char *to, unsigned char value)
{
    while (from < to && (unsigned char)*from == value)
        from++;
    return from >= to;
}

// Panics if the free piece that the list gave out just now was written to.
static void piece_check_free(char *start)
{
    const struct piece_end *end = piece_end_of(start);
    if (end->mark == (MARK_FREE ^ (uintptr_t)start))
        heap_check(bytes_are(start + LINK_SIZE, (const char *)end, POISON), start);
}

// A piece becomes one of `size` bytes.
static void piece_mark(char *start, size_t size)
{
    struct piece_end *end = piece_end_of(start);
    __builtin_memset(start + size, GUARD, (size_t)((char *)end - (start + size)));
    end->size = size;
    end->mark = MARK_IN_USE ^ (uintptr_t)start;
}

// A piece is about to be dropped.
static void piece_check(char *start)
{
    struct piece_end *end = piece_end_of(start);
    heap_check(end->mark == (MARK_IN_USE ^ (uintptr_t)start) &&
                   bytes_are(start + end->size, (char *)end, GUARD),
               start);
    __builtin_memset(start, POISON, (size_t)((char *)end - start));
    end->mark = MARK_FREE ^ (uintptr_t)start;
}
