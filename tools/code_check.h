// SPDX-License-Identifier: MIT
/// code_check: what a cell for general registers must not contain.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// What a cell's manifest allows.
struct code_rules {
    bool
        vector_state; ///< it may save and load vector state as a whole: FXSAVE, XSAVE and their kin
};

/// Calls `report` for every instruction in the `size` bytes at `code` that uses a vector, MMX or
/// x87 register. `text` is that instruction; null: the bytes are none, and nothing behind them is
/// looked at.
void code_check(const uint8_t *code, size_t size, const struct code_rules *rules, void *context,
                void (*report)(void *context, size_t offset, const char *text));

/// The length of the instruction at the start of `size` bytes, 0: there is none; its text.
size_t code_length(const uint8_t *code, size_t size, char text[static 128]);

/// Whether `symbol` is a function of the compiler's run-time library that computes with floating
/// point: what the compiler calls where it has no registers for that.
bool code_is_soft_float(const char *symbol);
