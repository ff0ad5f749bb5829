// SPDX-License-Identifier: MIT
// Live swap:  nothing is remembered.
// Fault:      nothing is changed.
#include "place.h"

#include <cell/cell_metadata.h>
#include <cell/line_table.h>
#include <libc/format.h>

// Appends file and line between two texts, where they are known.
static void append_line(uint64_t address, char text[static PLACE_LENGTH], size_t length,
                        const char *before, const char *after)
{
    struct line_location line;
    if (length >= PLACE_LENGTH || line_find(address, &line) != STATUS_OK)
        return;
    format_text(text + length, PLACE_LENGTH - length, "%s%.*s:%u%s", before, (int)line.file.length,
                line.file.start, line.line, after);
}

void place_describe(uint64_t address, char text[static PLACE_LENGTH])
{
    struct cell_location location;
    if (cell_locate(address, &location) != STATUS_OK) {
        format_text(text, PLACE_LENGTH, "no cell, at 0x%lx", address);
        return;
    }
    const struct cell_description *cell = &location.cell->description;
    const size_t length =
        format_text(text, PLACE_LENGTH, "%.*s@%.*s: %s", (int)cell->name.length, cell->name.start,
                    (int)cell->version.length, cell->version.start,
                    location.symbol ? location.symbol->name : "no function");
    append_line(address, text, length, ", ", "");
}

void place_describe_exactly(uint64_t address, char text[static PLACE_LENGTH])
{
    struct cell_location location;
    if (cell_locate(address, &location) != STATUS_OK) {
        format_text(text, PLACE_LENGTH, "0x%lx (in no cell)", address);
        return;
    }
    const struct cell_description *cell = &location.cell->description;
    const size_t length =
        format_text(text, PLACE_LENGTH, "%.*s@%.*s: %s+0x%lx", (int)cell->name.length,
                    cell->name.start, (int)cell->version.length, cell->version.start,
                    location.symbol ? location.symbol->name : "?", location.offset);
    append_line(address, text, length, " (", ")");
}
