// SPDX-License-Identifier: MIT
/// roman: numbers as the Romans wrote them.
///
/// Pure: nothing is remembered, any context may call.
#pragma once
#include <cell/status.h>

enum { ROMAN_SIZE = 16 }; ///< room for the longest numeral, MMMDCCCLXXXVIII, and its zero

/// Writes `number` to `numeral`, zero-ended.
/// STATUS_OVERFLOW: it is not within 1 to 3999; `numeral` is empty.
enum status roman_write(unsigned number, char numeral[static ROMAN_SIZE]);
