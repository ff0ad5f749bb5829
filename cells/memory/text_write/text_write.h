// SPDX-License-Identifier: MIT
/// text_write: the only way to write to live text.
///
/// A page of text stays executable and is at no time writable: with all other CPUs stopped and
/// interrupts off, this CPU is told for the time of the write to let it through (CR0.WP). Before it
/// goes on it executes an instruction that makes it forget what it had fetched; the others do so
/// when they are let go. What a loader fills is not live: it is written while its mapping is
/// writable, and then sealed.
///
/// Each patch says what must be there before. All are checked, then all are written: so a mistake
/// changes nothing.
///
/// Callers:    any task, one at a time; not interrupt handlers. Whoever calls vouches that what it
///             patches is its own: the text of a cell that it loads, swaps or repairs.
/// Live swap:  the binding to the function that stops other CPUs is all the state there is.
/// Fault:      journaled: the old bytes are in the patches. If a fault comes before all are
///             written, the owner of the change writes the old ones back.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/binding.h>
#include <cell/slice.h>
#include <cell/status.h>

enum : size_t { TEXT_PATCH_LIMIT = 16 };

struct text_patch {
    uint64_t address;
    uint8_t length; ///< in bytes, 1 to TEXT_PATCH_LIMIT
    uint8_t old_bytes[TEXT_PATCH_LIMIT];
    uint8_t new_bytes[TEXT_PATCH_LIMIT];
};

enum text_others {
    TEXT_OTHERS_STOP, ///< STATUS_TIMEOUT: one does not; none is stopped then
    TEXT_OTHERS_GO, ///< each executes a serialising instruction first; if none is stopped, nothing
};

/// Stops the other CPUs or lets them go.
BINDING(text_stopper, enum status (*)(enum text_others others));

/// Writes the patches, which are sorted by address and do not overlap.
/// STATUS_INVALID: they are not, or a length is wrong. STATUS_DENIED: the target is not mapped, or
/// is not text. STATUS_DAMAGED: what is there is not `old_bytes`. STATUS_TIMEOUT: another CPU does
/// not stop. On failure nothing has changed.
enum status text_write(const struct text_patch *patches, size_t count);

/// From here on `stopper` stops other CPUs. An empty binding: there are no others.
void text_write_stop_with(TAKES(struct text_stopper) stopper);
