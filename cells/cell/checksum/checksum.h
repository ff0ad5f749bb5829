// SPDX-License-Identifier: MIT
/// checksum: tells damage from what was meant to be there.
///
/// Pure: nothing is remembered, any context may call.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The CRC-32 of IEEE 802.3, as zlib computes it; 0 for no bytes.
uint32_t checksum_crc32(const void *bytes, size_t size);
