// SPDX-License-Identifier: MIT
/// look: whether a cell in memory is what its record says.
#pragma once
#include <cell/cell_metadata.h>

/// Asks everything about a loaded cell that can be asked. Aborts where an answer is wrong.
void look_at_cell(const struct cell_reference *reference);

/// Whether `address` lies in the text of `cell`.
bool is_in_text(const struct cell *cell, uint64_t address);
