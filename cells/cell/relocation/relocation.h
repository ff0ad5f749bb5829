// SPDX-License-Identifier: MIT
/// relocation: the arithmetic of linking.
///
/// Only the types that the kernel code model uses are known (System V ABI, AMD64 supplement, table
/// 4.9): 64, PC64, 32, 32S, PC32, PLT32. A value that does not fit its field is an error, never
/// cut.
///
/// Pure: nothing is remembered, any context may call.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/status.h>

struct relocation {
    uint32_t type;   ///< R_X86_64_*
    uint64_t place;  ///< address of the field
    uint64_t symbol; ///< address of what it refers to
    int64_t addend;
};

/// Bytes that a relocation of `type` writes, 0 for an unknown type.
size_t relocation_size(uint32_t type);

/// The name of a relocation type as the ABI spells it, or "an unknown type".
const char *relocation_name(uint32_t type);

/// Writes the field, which may be unaligned, at `bytes`.
/// STATUS_UNSUPPORTED: the type is unknown. STATUS_OVERFLOW: the value does not fit; nothing
/// written.
enum status relocation_apply(const struct relocation *relocation, void *bytes);
