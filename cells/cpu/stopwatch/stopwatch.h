// SPDX-License-Identifier: MIT
/// stopwatch: how many instructions something took, where the machine can tell.
///
/// A virtual machine that counts instructions (QEMU's -icount) drives the time-stamp counter by
/// them: reading it before and after gives a number that is the same in every run. Whether it does,
/// and how many ticks an instruction is, is found by running loops of known length. On any other
/// machine the counter tells time, and so does what is measured here.
///
///     const struct stopwatch watch = stopwatch_calibrate();
///     const uint64_t start = stopwatch_read();
///     ...
///     const uint64_t passed = stopwatch_passed(&watch, stopwatch_read() - start);
///
/// Callers:    anyone, in any context. An interrupt that comes between counts as well.
/// Live swap:  nothing is remembered.
/// Fault:      nothing is remembered.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum stopwatch_unit { STOPWATCH_INSTRUCTIONS, STOPWATCH_TICKS };

struct stopwatch {
    enum stopwatch_unit unit;
    uint64_t ticks; ///< of the time-stamp counter in a unit
};

/// Finds out what the counter counts.
struct stopwatch stopwatch_calibrate(void);

/// The time-stamp counter.
uint64_t stopwatch_read(void);

/// Ticks in units.
uint64_t stopwatch_passed(const struct stopwatch *watch, uint64_t ticks);

/// What repeated measurements of one thing say.
struct stopwatch_summary {
    uint64_t median, min, max;
};

/// Sorts `samples`, of which there is at least one, and sums them up. Of an even number, the median
/// is the lower one of the two in the middle.
struct stopwatch_summary stopwatch_summarise(uint64_t samples[], size_t count);
