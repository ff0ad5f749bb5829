// SPDX-License-Identifier: MIT
/// The text that the screen should show, with its cursor; and which of it has changed.
///
/// Scrolling renumbers lines and moves no text. A cell is one word: the code point, and the colours
/// as numbers of the palette. A blank has no foreground colour, so that equal looks are equal
/// words.
///
/// Invariant: cells of a line from `used` on are SCREEN_BLANK.
#pragma once
#include <stdint.h>

enum : uint32_t {
    SCREEN_MAX_COLUMNS = 240,
    SCREEN_MAX_ROWS = 80,

    SCREEN_CODE_MASK = (1 << 21) - 1,
    SCREEN_FOREGROUND_SHIFT = 21,
    SCREEN_BACKGROUND_SHIFT = 25,
    SCREEN_FOREGROUND_MASK = 15u << SCREEN_FOREGROUND_SHIFT,
    SCREEN_BACKGROUND_MASK = 15u << SCREEN_BACKGROUND_SHIFT,
    SCREEN_BLANK = ' ', ///< on background 0
};

struct screen_line {
    uint32_t used;
    uint32_t cells[SCREEN_MAX_COLUMNS];
};

/// The columns of a row that may have changed: none if `from` is not below `end`.
struct screen_change {
    uint32_t from;
    uint32_t end;
};

struct screen_grid {
    uint32_t columns;
    uint32_t rows;
    uint32_t row;     ///< of the cursor
    uint32_t column;  ///< of the cursor; `columns`: after the last, the next character wraps
    uint32_t colours; ///< of what is written next: foreground and background, in their bits
    bool all_changed; ///< every row, in full
    uint32_t first_changed_row;
    uint32_t end_changed_row;
    struct screen_change changes[SCREEN_MAX_ROWS];
    uint8_t order[SCREEN_MAX_ROWS]; ///< which line is in each row
    struct screen_line lines[SCREEN_MAX_ROWS];
};

static inline struct screen_line *screen_grid_line(struct screen_grid *grid, uint32_t row)
{
    return &grid->lines[grid->order[row]];
}

/// An empty grid with the cursor at the top left.
void screen_grid_start(struct screen_grid *grid, uint32_t columns, uint32_t rows, uint32_t colours);

/// Forgets the changes: they have been drawn.
void screen_grid_drawn(struct screen_grid *grid);

/// Writes the leading characters of `text` that are visible ASCII, one at least, as far as the line
/// goes. Gives their number.
uint32_t screen_grid_put_run(struct screen_grid *grid, const char *text, uint32_t length);

void screen_grid_put(struct screen_grid *grid, uint32_t code_point);

/// To the start of the next line; the last one scrolls.
void screen_grid_new_line(struct screen_grid *grid);

/// Moves the cursor by rows and columns as far as the edges.
void screen_grid_move_by(struct screen_grid *grid, int64_t rows, int64_t columns);

/// Moves the cursor to a place, or to the edge before it.
void screen_grid_move_to(struct screen_grid *grid, int64_t row, int64_t column);

/// What to erase of a line or the screen, numbered as in ANSI's sequences.
enum screen_erasure { SCREEN_ERASE_AFTER, SCREEN_ERASE_BEFORE, SCREEN_ERASE_ALL };

void screen_grid_erase_line(struct screen_grid *grid, enum screen_erasure erasure);
void screen_grid_erase(struct screen_grid *grid, enum screen_erasure erasure);
