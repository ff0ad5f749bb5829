// SPDX-License-Identifier: MIT
/// crc32: the checksum of IEEE 802.3, as zlib computes it.
///
/// The archive is megabytes and every boot checks it all, so the two ways here are the fast ones:
/// carry-less multiplication where the CPU has it (0.5 instructions a byte), else eight tables.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum crc32_way {
    CRC32_BEST_WAY, ///< by CPUID
    CRC32_TABLES,   ///< what every CPU can do
};

/// The checksum of some bytes that follow those whose checksum is `before` (0: none).
uint32_t crc32(uint32_t before, const void *bytes, size_t size);

/// The same in a chosen way, so that a test can compare the two.
uint32_t crc32_in_way(enum crc32_way way, uint32_t before, const void *bytes, size_t size);
