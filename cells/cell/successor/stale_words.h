// SPDX-License-Identifier: MIT
/// Words that point into memory that goes; private to successor.
///
/// A word that is the address of a function or of a constant object of a cell, exactly, is made the
/// address of the same in the cell as it was loaded anew: that is what descriptors of owners and
/// bindings hold, and nothing else may last (docs/concepts/cells.md). Any other word within the
/// range is stuck: something still points to what goes, and nobody knows to what of it.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/cell_loader.h>
#include <cell/slice.h>

SLICE(memory_words, uint64_t);

struct stale_words {
    uint64_t start; ///< address of the memory that goes
    uint64_t size;  ///< in bytes
    struct cell_moves moves;
    uint64_t redirected; ///< words
    uint64_t looked_at;
};

/// Redirects the stale ones of `words`. Null, or the first one that is stuck.
const uint64_t *stale_words_redirect(struct stale_words *stale, struct memory_words words);
