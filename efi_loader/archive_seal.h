// SPDX-License-Identifier: MIT
/// archive_seal: is this cells.img whole and of a version that we understand?
///
/// cells.img is a cpio archive (newc) whose first member, named `SEAL`, is a text of fixed width:
///
///     theoris-archive 1.0
///     size 0000123456
///     crc32 89abcdef
///
/// `size` is that of the whole file in bytes. `crc32` is over the whole file, with '0' in place of
/// its own eight digits. A newer minor version only adds to what follows.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "sentence.h"

/// Whether the `size` bytes at `file` are a sound archive; if not, `why` says what is wrong.
[[nodiscard]] bool archive_seal_check(const uint8_t *file, size_t size, struct sentence *why);
