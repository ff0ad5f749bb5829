// SPDX-License-Identifier: MIT
/// string: bytes moved with as few instructions as general registers allow.
///
/// A block of 8 to 32 bytes is moved by words from both ends, which may overlap in the middle: no
/// loop, no tail. A longer one is a run of whole words by a REP instruction, which the instruction
/// counter counts once per word, and one word more that ends where the block ends.
///
/// Live swap:  no state; callers are relinked.
/// Fault:      on a bad address the exception is the caller's; some bytes have been written.
#include <cell/annotations.h>
#include <libc/string.h>
#include <stdint.h>

// Words at any address, whatever the type of what lies there: one instruction each.

static uint64_t load_8(const char *from)
{
    uint64_t value;
    __builtin_memcpy(&value, from, sizeof value);
    return value;
}

static void store_8(char *to, uint64_t value)
{
    __builtin_memcpy(to, &value, sizeof value);
}

static uint32_t load_4(const char *from)
{
    uint32_t value;
    __builtin_memcpy(&value, from, sizeof value);
    return value;
}

static void store_4(char *to, uint32_t value)
{
    __builtin_memcpy(to, &value, sizeof value);
}

/// Up to 32 bytes. All loads come before the first store, so the blocks may overlap.
static inline void move_short(char *to, const char *from, size_t size)
{
    if (size > 16) {
        const uint64_t a = load_8(from);
        const uint64_t b = load_8(from + 8);
        const uint64_t c = load_8(from + size - 16);
        const uint64_t d = load_8(from + size - 8);
        store_8(to, a);
        store_8(to + 8, b);
        store_8(to + size - 16, c);
        store_8(to + size - 8, d);
    } else if (size >= 8) {
        const uint64_t first = load_8(from);
        const uint64_t last = load_8(from + size - 8);
        store_8(to, first);
        store_8(to + size - 8, last);
    } else if (size >= 4) {
        const uint32_t first = load_4(from);
        const uint32_t last = load_4(from + size - 4);
        store_4(to, first);
        store_4(to + size - 4, last);
    } else if (size > 0) {
        const char first = from[0];
        const char middle = from[size / 2];
        const char last = from[size - 1];
        to[0] = first;
        to[size / 2] = middle;
        to[size - 1] = last;
    }
}

/// More than 32 bytes, from low to high addresses: right for an overlap if `to` is the lower block.
UNSAFE(INNOCUOUS, "the instruction that copies")
static inline void move_up(char *to, const char *from, size_t size)
{
    const uint64_t last = load_8(from + size - 8);
    char *const end = to + size - 8;
    size_t words = size / 8;
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    store_8(end, last);
}

/// More than 32 bytes, from high to low addresses, for an overlap where `to` is the higher block.
/// Not REP with the direction flag set: that is slow, and an interrupt would find the flag set.
static void move_down(char *to, const char *from, size_t size)
{
    const uint64_t first = load_8(from);
    size_t left = size;
    for (; left >= 32; left -= 32) {
        const uint64_t a = load_8(from + left - 8);
        const uint64_t b = load_8(from + left - 16);
        const uint64_t c = load_8(from + left - 24);
        const uint64_t d = load_8(from + left - 32);
        store_8(to + left - 8, a);
        store_8(to + left - 16, b);
        store_8(to + left - 24, c);
        store_8(to + left - 32, d);
    }
    for (; left > 8; left -= 8)
        store_8(to + left - 8, load_8(from + left - 8));
    store_8(to, first);
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    if (size <= 32)
        move_short(to, from, size);
    else
        move_up(to, from, size);
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    const size_t distance = (size_t)((uintptr_t)to - (uintptr_t)from);
    if (size <= 32)
        move_short(to, from, size);
    else if (distance >= size)
        move_up(to, from, size);
    else
        move_down(to, from, size);
    return to;
}

UNSAFE(INNOCUOUS, "the instruction that fills")
void *memset(void *to, int byte, size_t size)
{
    char *start = to;
    const uint64_t pattern = (uint8_t)byte * UINT64_C(0x0101010101010101);
    if (size > 16) {
        char *const end = start + size - 8;
        char *next = start;
        size_t words = size / 8;
        __asm__ volatile("rep stosq" : "+D"(next), "+c"(words) : "a"(pattern) : "memory");
        store_8(end, pattern);
    } else if (size >= 8) {
        store_8(start, pattern);
        store_8(start + size - 8, pattern);
    } else if (size >= 4) {
        store_4(start, (uint32_t)pattern);
        store_4(start + size - 4, (uint32_t)pattern);
    } else if (size > 0) {
        start[0] = (char)byte;
        start[size / 2] = (char)byte;
        start[size - 1] = (char)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const char *left = a;
    const char *right = b;
    size_t i = 0;
    for (; size - i >= 8; i += 8) {
        const uint64_t x = load_8(left + i);
        const uint64_t y = load_8(right + i);
        if (x != y)
            // With the first byte on top, the order of the words is the order of the bytes.
            return __builtin_bswap64(x) < __builtin_bswap64(y) ? -1 : 1;
    }
    for (; i < size; i++)
        if (left[i] != right[i])
            return (uint8_t)left[i] - (uint8_t)right[i];
    return 0;
}

size_t strlen(const char *text)
{
    size_t length = 0;
    while (text[length] != '\0')
        length++;
    return length;
}

size_t strnlen(const char *text, size_t limit)
{
    size_t length = 0;
    while (length < limit && text[length] != '\0')
        length++;
    return length;
}

int strcmp(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return (uint8_t)*a - (uint8_t)*b;
}

int strncmp(const char *a, const char *b, size_t limit)
{
    for (size_t i = 0; i < limit; i++)
        if (a[i] != b[i] || a[i] == '\0')
            return (uint8_t)a[i] - (uint8_t)b[i];
    return 0;
}

UNSAFE(INNOCUOUS, "the signature of C's library takes const away")
char *strchr(const char *text, int character)
{
    while (*text != (char)character && *text != '\0')
        text++;
    // C's own signature takes a constant text and gives a plain pointer into it.
    return *text == (char)character ? (char *)(uintptr_t)text : nullptr;
}
