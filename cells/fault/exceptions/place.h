// SPDX-License-Identifier: MIT
/// Where in the code something happened, in words; private to exceptions.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { PLACE_LENGTH = 256 }; ///< characters, the zero included; more is cut

/// "CELL@VERSION: FUNCTION, FILE:LINE", the form of a panic; what is not known is left out.
void place_describe(uint64_t address, char text[static PLACE_LENGTH]);

/// "CELL@VERSION: FUNCTION+OFFSET (FILE:LINE)", the form of a backtrace.
void place_describe_exactly(uint64_t address, char text[static PLACE_LENGTH]);
