// SPDX-License-Identifier: MIT
/// elf_image: what nano_core.elf asks to have in memory, and whether that can be granted.
///
/// Only a static x86-64 executable whose segments lie between CODE_BASE and CODE_LIMIT, in
/// ascending order, each on pages of its own and none both writable and executable.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "sentence.h"

enum : size_t {
    ELF_IMAGE_SEGMENTS = 16,
};

struct elf_segment {
    uint64_t address;     ///< virtual, of a page
    uint64_t memory_size; ///< in bytes, not 0
    uint64_t file_offset;
    uint64_t file_size;  ///< the first bytes of the segment; the others are zero
    uint32_t protection; ///< BOOT_WRITABLE, BOOT_EXECUTABLE
};

struct elf_image {
    uint64_t entry;
    size_t segment_count;
    struct elf_segment segments[ELF_IMAGE_SEGMENTS];
};

/// Fills `image` from the `size` bytes at `file`. If they are not what is described above, the
/// result is false and `why` says what is wrong.
[[nodiscard]] bool elf_image_read(const uint8_t *file, size_t size, struct elf_image *image,
                                  struct sentence *why);
