// SPDX-License-Identifier: MIT
/// The public half of the key that signs cells; private to cell_loader. The build writes its
/// source.
#pragma once
#include <cell/signature.h>
#include <stdint.h>

extern const uint8_t signing_key[SIGNATURE_KEY_SIZE];
