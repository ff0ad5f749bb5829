// SPDX-License-Identifier: MIT
/// symbols: the names of this program's own functions.
#pragma once
#include <stdint.h>

/// Name of the function that holds `address`, or "(C library)".
const char *symbol_at(uint64_t address);
