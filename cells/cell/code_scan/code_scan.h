// SPDX-License-Identifier: MIT
/// code_scan: the lengths of x86-64 instructions, and which of them want a capability.
///
/// What is not known to be an instruction, or has another length on another maker's processor, is
/// none: the caller refuses it. Of what vector instructions do, only the length matters here.
///
/// Callers:   any context; there is no state, no heap and no lock here.
/// Live swap: nothing to carry over.
/// Fault:     nothing to undo.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum code_class {
    CODE_PLAIN,
    CODE_PORT_IO,
    CODE_MSR,
    CODE_INTERRUPTS,
    CODE_PROCESSOR_CONTROL,
};

struct code_instruction {
    uint8_t length;       ///< in bytes, 1 to 15
    uint8_t operands;     ///< displacement and immediate begin here; they change nothing else here
    bool branches;        ///< it is a relative jump or call; the distance is its operand
    int32_t distance;     ///< of the branch, from the end of the instruction
    enum code_class kind; ///< what it wants
    const char *name;     ///< of an instruction that wants something, else null
};

/// Decodes the instruction at the start of `size` bytes. False: there is none that is known.
bool code_decode(const uint8_t *bytes, size_t size, struct code_instruction *instruction);

/// The capability that a class wants, as policies call it; null for CODE_PLAIN.
const char *code_capability(enum code_class kind);
