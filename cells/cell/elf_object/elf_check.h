// SPDX-License-Identifier: MIT
/// elf_check: what the reader and the checks of elf_object share. Private to the cell.
#pragma once
#include <cell/elf_object.h>

/// Copies a table entry out of the image, which need not be aligned. The builtin, because a plain
/// memcpy() is a call in freestanding code and this is a few loads.
#define ELF_COPY(entry, elf, offset)                                                               \
    __builtin_memcpy((entry), (elf)->image + (offset), sizeof *(entry))

static inline Elf64_Shdr elf_shdr(const struct elf *elf, size_t section)
{
    Elf64_Shdr header;
    ELF_COPY(&header, elf, elf->section_table + section * sizeof header);
    return header;
}

/// Checks everything and fills the fields of `elf` after `size`; on failure also `problem`.
enum status elf_check(struct elf *elf);
