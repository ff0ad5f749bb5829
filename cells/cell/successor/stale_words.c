// SPDX-License-Identifier: MIT
// Live swap:  nothing is remembered.
// Fault:      a word is redirected by one store.
#include "stale_words.h"

#include <cell/cell_metadata.h>

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

const uint64_t *stale_words_redirect(struct stale_words *stale, struct memory_words words)
{
    const uint64_t start = stale->start;
    const uint64_t size = stale->size;
    uint64_t *const end = words.pointer + words.length;
    stale->looked_at += words.length;
    for (uint64_t *word = words.pointer; word < end; word++)
        if (__builtin_expect(*word - start < size, false) && !redirect(stale, word))
            return word;
    return nullptr;
}
