// SPDX-License-Identifier: MIT
/// exceptions: the processor's own interrupts, vectors 0 to 31.
///
/// Each is reported on COM1 and screen with registers and a backtrace by cell, symbol and line, and
/// stops the system with `panic: CAUSE in CELL@VERSION: FUNCTION, FILE:LINE`, where the traps that
/// the compiler puts behind its checks are told apart (docs/reference/traps.md). A fault within a
/// report is reported in one line.
///
/// Live swap:  the gates hold addresses of this cell's entry code.
/// Fault:      that is what it is for.
#pragma once

/// Points all gates to this cell.
void exceptions_start(void);
