// SPDX-License-Identifier: MIT
/// panic: an assertion about our own code that did not hold. It unwinds the task, never the
/// machine.
///
/// A panic is the instruction `ud1 KIND(%eax), %eax`, the same that the compiler's own checks trap
/// with; the exception handler reads the kind and finds cell, function, file and line by the
/// address.
#pragma once

#include <cell/annotations.h>

/// Clang's own numbers below 64, ours from there on. Frozen (docs/abi.md).
#define PANIC_OUT_OF_BOUNDS 18 ///< an index or a length beyond the end of a slice
#define PANIC_OVERWRITE 64     ///< a move onto a slot that owns something
#define PANIC_WRONG_TYPE 65    ///< a box asked for content of another type than it has
#define PANIC_HEAP 66          ///< a piece of the heap that is none, or that was written past

/// Panics. `kind` is a constant from above.
#define PANIC(kind)                                                                                \
    do {                                                                                           \
        asm volatile("ud1l %c0(%%eax), %%eax" ::"i"(kind));                                        \
        __builtin_unreachable();                                                                   \
    } while (0)

/// The same about an object, whose address the report's registers show, in RAX.
#define PANIC_ABOUT(kind, object)                                                                  \
    do {                                                                                           \
        asm volatile("ud1l %c0(%%eax), %%eax" ::"i"(kind), "a"(object));                           \
        __builtin_unreachable();                                                                   \
    } while (0)
