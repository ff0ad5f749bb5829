// SPDX-License-Identifier: MIT
/// line_table: which line of which file an instruction comes from.
///
/// The tables are sections of the cells' objects, which stay in memory as the store has them; they
/// are not loaded with the cells. Their format is in docs/reference/cell_lines.md; nothing in them
/// is trusted.
///
/// Callers:    anyone, in any context, exceptions too: there is no state, no heap and no lock.
/// Live swap:  nothing to carry over.
/// Fault:      nothing to undo.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/status.h>
#include <cell/text.h>

struct line_location {
    struct text file; ///< relative to the source's root; borrows from the table
    unsigned line;
};

/// Finds the line of the instruction at `address`, which lies in the text of a cell.
/// STATUS_NOT_FOUND: it does not, or no line is known. STATUS_DAMAGED, STATUS_UNSUPPORTED: of the
/// cell's object or table.
enum status line_find(uint64_t address, struct line_location *location);

/// Finds the line in one table: `section` counts the object's executable sections, and `offset` is
/// in that one. STATUS_NOT_FOUND: no line is known. STATUS_DAMAGED: the table breaks a rule of the
/// format. STATUS_UNSUPPORTED: it is of another version.
enum status line_table_read(const uint8_t *table, size_t size, size_t section, uint64_t offset,
                            struct line_location *location);

/// Whether the instruction at `address` is where a check of a call's function type traps: whether
/// its cell's `.kcfi_traps` names it.
bool line_is_call_check(uint64_t address);
