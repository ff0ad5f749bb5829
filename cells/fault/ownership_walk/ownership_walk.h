// SPDX-License-Identifier: MIT
/// ownership_walk: drops what a context owned when it faulted, each owner once, newest first.
///
///     struct ownership_chain chain = {first entry of the context, context_ownership_top()};
///     context_set_ownership_top(an array of the recovery's own);
///     ownership_walk(&chain, &report);
///
/// The recovery runs on another stack than the faulted code, for the slots lie there, and with a
/// chain of its own, on which the drops note what they own.
///
/// A fault within a drop is a fault of the recovery. Its handler takes a third stack and array,
/// walks the recovery's chain, then calls again with the *same* `chain` and `report`: the walk goes
/// on where it was and tries that owner once more. An owner whose drop faults twice is skipped and
/// reported.
///
/// Callers:    recoveries; the chain must not be in use by anyone else.
/// Live swap:  nothing is remembered; the progress is in the caller's `chain`.
/// Fault:      see above; the walk itself touches entries and live words only.
#pragma once
#include <stdint.h>

#include <cell/ownership.h>

struct ownership_chain {
    struct ownership_entry *start;
    struct ownership_entry *volatile end; ///< after the newest entry; falls to `start`
};

/// Zero before the first walk; sums over calls.
struct ownership_report {
    uint64_t dropped;                                      ///< drop functions that returned
    uint64_t skipped;                                      ///< owners given up
    void *skipped_slot;                                    ///< the last of them
    const struct ownership_descriptor *skipped_descriptor; ///< its type
};

/// Drops everything that `chain` notes. Slots end up empty, but for skipped ones.
void ownership_walk(struct ownership_chain *chain, struct ownership_report *report);
