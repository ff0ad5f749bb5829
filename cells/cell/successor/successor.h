// SPDX-License-Identifier: MIT
/// successor: what runs first when nano_core's cells have been loaded anew.
///
///     nano_core: cells_replace() --a fresh stack--> successor_main(): gates, stale pointers,
///     memory
///                                                   --> the shell
///
/// nano_core's text, its read-only data, its own data, its stack and its file are owned by the
/// handover, and dropped one after the other as soon as nothing needs them. Before the text goes,
/// all memory that can be written is looked through for words that point into what goes
/// (stale_words.h): what remains of nano_core is nothing.
///
/// Callers:    nano_core, once, on the boot CPU, with interrupts off.
/// Live swap:  nothing is remembered; its frame is the bottom of the boot CPU's stack.
/// Fault:      ends the boot, with a report.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <memory/box.h>
#include <memory/mapped_pages.h>

/// All that goes with nano_core, and what is known of it.
struct handover {
    struct mapped_pages_exec text; ///< that the loader mapped, as the next four
    struct mapped_pages rodata;    ///< behind the text
    struct mapped_pages_mut own;   ///< data of what is no cell in nano_core, behind that
    struct mapped_pages_mut stack; ///< that nano_core ran on
    struct mapped_pages file;      ///< that nano_core was loaded from
    struct box moves;              ///< struct cell_move[]
    size_t move_count;
};

/// Takes all that the handover owns; it lies in `own` itself. Entered by a jump, on a fresh stack
/// and with an empty chain.
[[noreturn]] void successor_main(struct handover *handover);
