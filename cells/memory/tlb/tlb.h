// SPDX-License-Identifier: MIT
/// tlb: makes all CPUs forget translations that no longer hold.
///
/// A batch is one call: a run of pages, forgotten here at once, and by the other CPUs through the
/// function that whoever runs them has registered. It returns when all have answered.
///
/// Callers:    any task; not interrupt handlers, for it waits, bounded, for other CPUs.
/// Live swap:  the binding to the function for other CPUs is all the state there is.
/// Fault:      restartable: forgetting twice is as good as once. The binding is atomic: one word.
#pragma once
#include <stdint.h>

#include <cell/binding.h>
#include <cell/status.h>

/// Makes all other CPUs forget the pages and waits, bounded, for their answers.
/// STATUS_TIMEOUT: a CPU has not answered; it may use the old translation still.
BINDING(tlb_others, enum status (*)(uint64_t address, uint64_t count));

/// Makes all CPUs forget the `count` pages of 4 KiB from `address` on.
/// STATUS_TIMEOUT: a CPU has not answered. The frames behind must not be used for anything else.
enum status tlb_shoot_down(uint64_t address, uint64_t count);

/// From here on other CPUs are told by `others`. An empty binding: there are no others.
void tlb_tell_others(TAKES(struct tlb_others) others);

/// How often a CPU has not answered.
uint64_t tlb_timeouts(void);
