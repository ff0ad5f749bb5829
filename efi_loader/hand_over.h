// SPDX-License-Identifier: MIT
/// hand_over: leaving the firmware and entering nano_core.
#pragma once
#include "memory_map.h"
#include "page_tables.h"

/// What the trampoline loads. Its layout is known to trampoline.S.
struct entry_state {
    uint64_t top_table; ///< physical, below 4 GiB
    uint64_t stack;     ///< RSP
    uint64_t boot_info; ///< RDI
    uint64_t entry;     ///< RIP
};
static_assert(sizeof(struct entry_state) == 32);

/// Ends boot services. `map` has `room` bytes and afterwards is the last map; the firmware's page
/// tables in `tables` are built for that very map. Stops if the firmware does not let go.
void firmware_leave(struct memory_map *map, uint64_t room, struct page_tables *tables,
                    const uint64_t *kernel_top_table);

/// Copies the trampoline to its page.
void trampoline_prepare(void *page, const struct entry_state *state);

/// Runs it.
[[noreturn]] void trampoline_enter(const void *page);
