// SPDX-License-Identifier: MIT
// Live swap:  nothing is remembered.
// Fault:      a word is redirected by one store.
#include "stale_words.h"

#include <cell/cell_metadata.h>

enum : size_t { GROUP = 16 }; // words that are looked at together

// Where what is at that offset in nano_core is now; 0: nowhere.
static uint64_t address_now(const struct stale_words *stale, uint64_t offset)
{
    for (size_t i = 0; i < stale->moves.length; i++) {
        const struct cell_move *move = &SLICE_AT(stale->moves, i);
        if (offset - move->from < move->size)
            return move->to + (offset - move->from);
    }
    return 0;
}

static bool is_symbol(uint64_t address)
{
    struct cell_location location;
    return cell_locate(address, &location) == STATUS_OK && location.symbol && location.offset == 0;
}

static bool redirect(struct stale_words *stale, uint64_t *word)
{
    const uint64_t now = address_now(stale, *word - stale->start);
    if (!is_symbol(now))
        return false;
    *word = now;
    stale->redirected++;
    return true;
}

// The upper half of a word; by an instruction, without the checks of a pointer.
static inline uint32_t upper_half(const uint64_t *word)
{
    uint32_t half;
    __builtin_memcpy(&half, (const char *)word + sizeof half, sizeof half);
    return half;
}

// Whether one of the GROUP words may be stale: an upper half at a time, most of which differ.
static inline bool may_be_stale(const uint64_t *words, uint32_t upper)
{
#pragma clang loop unroll(full)
    for (unsigned i = 0; i < GROUP; i++)
        if (__builtin_expect(upper_half(words + i) == upper, false))
            return true;
    return false;
}

// The first one of `count` words that is stuck, or null.
static const uint64_t *redirect_all(struct stale_words *stale, uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] - stale->start < stale->size && !redirect(stale, &words[i]))
            return &words[i];
    return nullptr;
}

const uint64_t *stale_words_redirect(struct stale_words *stale, struct memory_words words)
{
    const uint32_t upper = (uint32_t)(stale->start >> 32);
    const uint64_t *stuck = nullptr;
    stale->looked_at += words.length;
    for (; words.length >= GROUP && !stuck; words = SLICE_FROM(words, GROUP))
        if (may_be_stale(words.pointer, upper))
            stuck = redirect_all(stale, words.pointer, GROUP);
    return stuck ? stuck : redirect_all(stale, words.pointer, words.length);
}
