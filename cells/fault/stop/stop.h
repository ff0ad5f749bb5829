// SPDX-License-Identifier: MIT
/// stop: the end of a system that cannot go on.
///
/// Callers:    anyone, in any context; nothing but the serial port and the screen is needed.
/// Live swap:  nothing is remembered.
/// Fault:      a fault in here resets the machine.
#pragma once

/// Prints `theoris: stopped: <sentence>` on COM1 and screen, waits for a key on either and resets.
[[noreturn, gnu::format(printf, 1, 2)]] void stop(const char *sentence, ...);

/// Prints more on COM1 and screen before a stop.
[[gnu::format(printf, 1, 2)]] void stop_print(const char *format, ...);

/// Resets the machine without the firmware's help: reset register of the PCI chip set, keyboard
/// controller, triple fault, in this order.
[[noreturn]] void stop_reset(void);
