// SPDX-License-Identifier: MIT
/// From the grid to pixels: keeps what is shown, and draws only what differs from it.
///
/// A row of a glyph is 8 pixels, and one of 256 patterns. Their pixels in the two colours in use
/// are prepared in a brush, so that drawing a row is copying four words.
#pragma once
#include <stdint.h>

#include <display/screen.h>

#include "grid.h"

enum : uint32_t { SCREEN_BRUSHES = 4 };

/// Two pixels in one word, the left one in its lower half.
struct screen_pattern {
    uint64_t pixels[4];
};

struct screen_brush {
    uint32_t colours; ///< as in a cell; SCREEN_NO_COLOURS: unused
    struct screen_pattern patterns[256];
};

#define SCREEN_NO_COLOURS UINT32_MAX

struct screen_painter {
    struct screen_framebuffer framebuffer;
    uint64_t origin;     ///< address of the first character's first pixel
    uint32_t pitch;      ///< bytes from one line of pixels to the next
    uint32_t brush;      ///< the one in use
    uint32_t colours;    ///< of the brush in use
    uint32_t next_brush; ///< the one to prepare for the next new pair of colours
    uint32_t cursor_row; ///< where the cursor is drawn
    uint32_t cursor_column;
    bool cursor_drawn;
    uint32_t used[SCREEN_MAX_ROWS]; ///< cells from here on show a SCREEN_BLANK
    uint32_t shown[SCREEN_MAX_ROWS][SCREEN_MAX_COLUMNS];
    struct screen_brush brushes[SCREEN_BRUSHES];
};

/// Clears the framebuffer, on which `columns` x `rows` characters are used.
void screen_painter_start(struct screen_painter *painter,
                          const struct screen_framebuffer *framebuffer, uint32_t columns,
                          uint32_t rows, uint32_t colours);

/// Draws what has changed, and the cursor.
void screen_painter_draw(struct screen_painter *painter, struct screen_grid *grid);
