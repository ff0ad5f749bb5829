// SPDX-License-Identifier: MIT
/// clock: time since the time-stamp counter was zero, which is about when the machine was started.
///
/// The counter's rate comes from CPUID where that says it, else from a millisecond of the interval
/// timer (8254), else, where there is no such timer, 1 GHz is assumed.
///
/// Callers:    anyone, in any context.
/// Live swap:  the rate, the moment of the boot and two spans are all the state there is.
/// Fault:      each changes once, by one store.
#pragma once
#include <stdint.h>

/// `boot`: what the counter showed when the loader was entered. `reading`: ticks that the loader
/// then waited for its files.
void clock_start(uint64_t boot, uint64_t reading);

/// Nanoseconds since the counter was zero.
uint64_t clock_nanoseconds(void);

/// Ticks of the time-stamp counter in a second.
uint64_t clock_rate(void);

/// Ticks since the loader was entered.
uint64_t clock_ticks_since_boot(void);

/// Notes that the shell is ready for its first command; later calls change nothing.
void clock_note_prompt(void);

/// Ticks from the loader's entry to the first prompt; 0: there has been none.
uint64_t clock_ticks_to_prompt(void);

/// How many of these the loader waited for its files: the part that differs from boot to boot.
uint64_t clock_ticks_of_reading(void);
