// SPDX-License-Identifier: MIT
/// trap: decodes the trap instructions that the compiler puts behind its checks.
///
/// A check that fails runs into `ud1 N(%eax), %eax`, where N is the kind of the check, or into
/// `ud2`. The processor refuses both (vector 6) and points to their first byte. The kinds are
/// documented in docs/reference/traps.md.
///
/// Callers:    any context; there is no state, no heap and no lock here.
/// Live swap:  nothing to carry over.
/// Fault:      nothing to undo.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/panic.h>

enum { TRAP_LONGEST = 5 }; ///< bytes of a trap instruction

/// The compiler's numbers, those of our own panics, and others for what has none.
enum trap_kind : uint16_t {
    TRAP_ADD_OVERFLOW = 0,
    TRAP_UNREACHABLE = 1,
    TRAP_DIVISION = 3,
    TRAP_FUNCTION_TYPE = 6,
    TRAP_BUILTIN = 8,
    TRAP_BOOL = 10,
    TRAP_MULTIPLY_OVERFLOW = 12,
    TRAP_NEGATE_OVERFLOW = 13,
    TRAP_NULL_ARGUMENT = 16,
    TRAP_NULL_RETURN = 17,
    TRAP_BOUNDS = 18,
    TRAP_POINTER_OVERFLOW = 19,
    TRAP_SHIFT = 20,
    TRAP_SUBTRACT_OVERFLOW = 21,
    TRAP_POINTER = 22, ///< null, misaligned, or too little memory behind it
    TRAP_ARRAY_SIZE = 24,
    TRAP_OVERWRITE = PANIC_OVERWRITE,
    TRAP_WRONG_TYPE = PANIC_WRONG_TYPE,
    TRAP_HEAP = PANIC_HEAP,
    TRAP_INTENDED = 256, ///< ud2: __builtin_trap(), or the check of a call
    TRAP_CALL, ///< ud2 of the check of a call; only a cell's tables tell it from the above
    TRAP_NONE, ///< no trap instruction
};

/// The kind of the trap instruction that the `size` bytes at `code` begin with.
enum trap_kind trap_decode(const uint8_t *code, size_t size);

/// What went wrong, without a full stop: "array index out of bounds". A kind that is not in the
/// table is a failed check too.
const char *trap_sentence(enum trap_kind kind);
