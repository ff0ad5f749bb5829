// SPDX-License-Identifier: MIT
// The gates come first: from then on a fault is reported by the cells that stay. Then what only
// nano_core used goes, so that what may point to the rest is all that is left to look at.
//
// Stacks are not looked at: nano_core's is gone by then, and on this one lie the frames below,
// which know the addresses that they look for. Nor is what the loader mapped besides nano_core,
// which nobody writes to, but for the framebuffer.
//
// Live swap:  nothing is remembered.
// Fault:      see successor.h.
#include "stale_words.h"

#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/successor.h>
#include <fault/exceptions.h>
#include <fault/logger.h>
#include <fault/stop.h>
#include <memory/page_table.h>
#include <memory/page_window.h>

enum : uint64_t { AFTER_HEAP = 0xFFFFFD0000000000, CODE = 0xFFFFFFFF80000000 };

static const char first_cell[] = "shell";

[[noreturn]] static void stop_at(const struct stale_words *stale, const uint64_t *word)
{
    struct cell_location location;
    const uint64_t address = (uint64_t)word;
    const uint64_t offset = *word - stale->start;
    if (cell_locate(address, &location) != STATUS_OK)
        stop("nano_core cannot be left: the word at 0x%lx, in no cell, points to 0x%lx in it",
             address, offset);
    const struct text name = location.cell->description.name;
    stop("nano_core cannot be left: the word at 0x%lx, %.*s: %s+0x%lx, points to 0x%lx in it",
         address, (int)name.length, name.start, location.symbol ? location.symbol->name : "?",
         location.offset, offset);
}

static void look_at(void *context, const struct page_mapping *mapping)
{
    struct stale_words *stale = context;
    if (!mapping->writable || (mapping->address >= AFTER_HEAP && mapping->address < CODE))
        return;
    uint64_t *start = page_window_memory(mapping->address);
    const uint64_t *stuck =
        stale_words_redirect(stale, (struct memory_words){start, mapping->size / sizeof *start});
    if (stuck)
        stop_at(stale, stuck);
}

static uint64_t size_of(const struct handover *handover)
{
    return handover->text.size + handover->rodata.size + handover->own.size + handover->stack.size +
           handover->file.size;
}

// Frees all that only nano_core's own code used, the handover included.
static void free_own(struct handover *handover)
{
    OWNED(mapped_pages, file);
    OWNED(mapped_pages_mut, stack);
    OWNED(mapped_pages_mut, own);
    MOVE_TO(&file, &handover->file);
    MOVE_TO(&stack, &handover->stack);
    MOVE_TO(&own, &handover->own);
}

static void free_nano_core(struct handover *handover)
{
    OWNED(mapped_pages_exec, text);
    OWNED(mapped_pages, rodata);
    OWNED(box, moves);
    MOVE_TO(&text, &handover->text);
    MOVE_TO(&rodata, &handover->rodata);
    MOVE_TO(&moves, &handover->moves);
    const uint64_t size = size_of(handover) + text.size + rodata.size;
    struct stale_words stale = {
        .start = text.address,
        .size = handover->own.address + handover->own.size - text.address,
        .moves = {moves.content, handover->move_count},
    };
    free_own(handover);
    page_table_visit(look_at, &stale);
    log_notice("%zu cells have taken the place of nano_core, of which %lu KiB are free: %lu of %lu "
               "words pointed into it",
               stale.moves.length / CELL_MOVES, size >> 10, stale.redirected, stale.looked_at);
}

static void run_first_cell(void)
{
    struct cell_problem problem;
    OWNED(namespace_reference, application);
    OWNED(cell_reference, cell);
    if (namespace_current(&application) != STATUS_OK)
        stop("the namespace of the applications is not there");
    if (cell_load(&application, text_of(first_cell), &cell, &problem) != STATUS_OK)
        stop("%s", problem.sentence);
    int (*function)(int, char *[]) = cell_main(cell_of(&cell));
    if (!function)
        stop("the cell %s has no main", first_cell);
    char name[] = "shell";
    char *arguments[] = {name, nullptr};
    stop("the shell ended with status %d", function(1, arguments));
}

void successor_main(struct handover *handover)
{
    exceptions_start();
    free_nano_core(handover);
    run_first_cell();
    stop("the first cell is gone");
}
