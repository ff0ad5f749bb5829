// SPDX-License-Identifier: MIT
/// exceptions: the processor's own interrupts, vectors 0 to 31.
///
/// Each is reported on COM1 and screen with registers and a backtrace by cell and symbol, and stops
/// the system. A fault within a report is reported in one line.
///
/// Live swap:  the gates hold addresses of this cell's entry code.
/// Fault:      that is what it is for.
#pragma once

/// Points all gates to this cell.
void exceptions_start(void);
