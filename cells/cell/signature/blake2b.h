// SPDX-License-Identifier: MIT
/// BLAKE2b with a result of 32 bytes and no key (RFC 7693); private to signature and to the tool
/// cell_sign.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum : size_t { BLAKE2B_SIZE = 32 };

void blake2b(const uint8_t *bytes, size_t size, uint8_t result[static BLAKE2B_SIZE]);
