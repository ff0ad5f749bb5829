// SPDX-License-Identifier: MIT
/// painter: the only code that touches the framebuffer, and it never reads it.
#include "painter.h"

#include <display/font.h>
#include <libc/string.h>

enum : uint32_t {
    CURSOR_TOP = FONT_HEIGHT - 2, ///< the cursor covers the rows from here on
    CURSOR_COLOURS = 15u << SCREEN_FOREGROUND_SHIFT,
    CELL_BYTES = FONT_WIDTH * sizeof(uint32_t),
};

/// 0xRRGGBB, numbered as in ANSI's sequences; the bright ones from 8 on.
static const uint32_t palette[16] = {
    0x000000, 0xCD3131, 0x0DBC79, 0xE5E510, 0x3B78FF, 0xBC3FBC, 0x11A8CD, 0xCCCCCC,
    0x666666, 0xF14C4C, 0x23D18B, 0xF5F543, 0x6AA0FF, 0xD670D6, 0x29B8DB, 0xFFFFFF,
};

static uint64_t pixel_of(const struct screen_painter *painter, uint32_t number)
{
    const uint32_t colour = palette[number & 15];
    if (!painter->framebuffer.red_first)
        return colour;
    return (colour & 0xFF) << 16 | (colour & 0xFF00) | colour >> 16;
}

static void prepare(struct screen_painter *painter, struct screen_brush *brush, uint32_t colours)
{
    const uint64_t foreground = pixel_of(painter, colours >> SCREEN_FOREGROUND_SHIFT);
    const uint64_t background = pixel_of(painter, colours >> SCREEN_BACKGROUND_SHIFT);
    // The left pixel is the higher bit of a pattern, and the lower half of a word.
    const uint64_t pairs[4] = {
        background << 32 | background,
        foreground << 32 | background,
        background << 32 | foreground,
        foreground << 32 | foreground,
    };
    brush->colours = colours;
    for (uint32_t pattern = 0; pattern < 256; pattern++) {
        uint64_t *pixels = brush->patterns[pattern].pixels;
        pixels[0] = pairs[pattern >> 6];
        pixels[1] = pairs[pattern >> 4 & 3];
        pixels[2] = pairs[pattern >> 2 & 3];
        pixels[3] = pairs[pattern & 3];
    }
}

static bool is_blank(uint32_t cell)
{
    return (cell & SCREEN_CODE_MASK) == ' ';
}

/// Whether `brush` can draw `cell`. A blank shows no foreground, so that any will do.
static bool suits(const struct screen_brush *brush, uint32_t cell)
{
    const uint32_t differing = (brush->colours ^ cell) & ~SCREEN_CODE_MASK;
    return differing == 0 || (is_blank(cell) && !(differing & ~SCREEN_FOREGROUND_MASK));
}

static const struct screen_pattern *brush_for(struct screen_painter *painter, uint32_t cell)
{
    const struct screen_brush *brush = &painter->brushes[painter->brush];
    if (suits(brush, cell))
        return brush->patterns;
    for (uint32_t i = 0; i < SCREEN_BRUSHES; i++)
        if (suits(&painter->brushes[i], cell)) {
            painter->brush = i;
            return painter->brushes[i].patterns;
        }
    painter->brush = painter->next_brush;
    painter->next_brush = (painter->next_brush + 1) % SCREEN_BRUSHES;
    prepare(painter, &painter->brushes[painter->brush], cell & ~SCREEN_CODE_MASK);
    return painter->brushes[painter->brush].patterns;
}

/// Draws the rows `first` to `last` of a glyph; `to` is the address of the cell's first pixel.
static inline void draw_rows(uint64_t to, uint32_t pitch, const uint8_t *glyph,
                             const struct screen_pattern *patterns, uint32_t first, uint32_t last)
{
    to += (uint64_t)first * pitch;
    const uint64_t gap = pitch - CELL_BYTES;
    for (const uint8_t *row = glyph + first, *end = glyph + last; row <= end; row++) {
        const struct screen_pattern *from = &patterns[*row];
        // Half the instructions of loads and stores; the pixels are written in order, once each.
        __asm__ volatile("movsq\n\tmovsq\n\tmovsq\n\tmovsq" : "+D"(to), "+S"(from) : : "memory");
        to += gap;
    }
}

static uint64_t address_of(const struct screen_painter *painter, uint32_t row, uint32_t column)
{
    return painter->origin + (uint64_t)row * FONT_HEIGHT * painter->pitch +
           (uint64_t)column * CELL_BYTES;
}

static uint64_t load_8(const uint8_t *rows)
{
    uint64_t value;
    __builtin_memcpy(&value, rows, sizeof value);
    return value;
}

/// Draws `cell` where `old` is shown: of all rows those from the first to the last that differ.
static void draw_cell(struct screen_painter *painter, uint64_t to, uint32_t old, uint32_t cell)
{
    const uint8_t *glyph = font_glyph(cell & SCREEN_CODE_MASK);
    const struct screen_pattern *patterns = brush_for(painter, cell);
    const uint32_t recoloured = (old ^ cell) & ~SCREEN_CODE_MASK;
    const bool blanks = is_blank(old) || is_blank(cell);
    uint32_t first = 0;
    uint32_t last = FONT_HEIGHT - 1;
    if (recoloured == 0 || (blanks && !(recoloured & SCREEN_BACKGROUND_MASK))) {
        const uint8_t *old_glyph = font_glyph(old & SCREEN_CODE_MASK);
        const uint64_t upper = load_8(glyph) ^ load_8(old_glyph);
        const uint64_t lower = load_8(glyph + 8) ^ load_8(old_glyph + 8);
        if ((upper | lower) == 0)
            return;
        first = (uint32_t)(upper ? __builtin_ctzll(upper) : 64 + __builtin_ctzll(lower)) / 8;
        last = (uint32_t)(lower ? 127 - __builtin_clzll(lower) : 63 - __builtin_clzll(upper)) / 8;
    }
    draw_rows(to, painter->pitch, glyph, patterns, first, last);
}

static void erase_cursor(struct screen_painter *painter)
{
    if (!painter->cursor_drawn)
        return;
    const uint32_t cell = painter->shown[painter->cursor_row][painter->cursor_column];
    draw_rows(address_of(painter, painter->cursor_row, painter->cursor_column), painter->pitch,
              font_glyph(cell & SCREEN_CODE_MASK), brush_for(painter, cell), CURSOR_TOP,
              FONT_HEIGHT - 1);
    painter->cursor_drawn = false;
}

static void draw_cursor(struct screen_painter *painter, const struct screen_grid *grid)
{
    painter->cursor_row = grid->row;
    painter->cursor_column = grid->column < grid->columns ? grid->column : grid->columns - 1;
    painter->cursor_drawn = true;
    const uint64_t pixel = pixel_of(painter, CURSOR_COLOURS >> SCREEN_FOREGROUND_SHIFT);
    uint64_t line = address_of(painter, painter->cursor_row, painter->cursor_column) +
                    (uint64_t)CURSOR_TOP * painter->pitch;
    for (uint32_t row = CURSOR_TOP; row < FONT_HEIGHT; row++, line += painter->pitch) {
        volatile uint32_t *pixels = (volatile uint32_t *)line;
        for (uint32_t i = 0; i < FONT_WIDTH; i++)
            pixels[i] = (uint32_t)pixel;
    }
}

/// Draws the cells of a row that differ from what is shown, among the columns `from` to `end`.
static void draw_row(struct screen_painter *painter, const struct screen_line *line, uint32_t row,
                     uint32_t from, uint32_t end)
{
    uint32_t *shown = painter->shown[row];
    for (uint32_t column = from; column < end; column++) {
        const uint32_t cell = line->cells[column];
        const uint32_t old = shown[column];
        if (cell == old)
            continue;
        shown[column] = cell;
        draw_cell(painter, address_of(painter, row, column), old, cell);
    }
}

void screen_painter_draw(struct screen_painter *painter, struct screen_grid *grid)
{
    erase_cursor(painter);
    const uint32_t first = grid->all_changed ? 0 : grid->first_changed_row;
    const uint32_t end = grid->all_changed ? grid->rows : grid->end_changed_row;
    for (uint32_t row = first; row < end; row++) {
        const struct screen_line *line = screen_grid_line(grid, row);
        const uint32_t used = painter->used[row];
        if (grid->all_changed)
            draw_row(painter, line, row, 0, line->used > used ? line->used : used);
        else
            draw_row(painter, line, row, grid->changes[row].from, grid->changes[row].end);
        painter->used[row] = line->used;
    }
    screen_grid_drawn(grid);
    draw_cursor(painter, grid);
}

void screen_painter_start(struct screen_painter *painter,
                          const struct screen_framebuffer *framebuffer, uint32_t columns,
                          uint32_t rows, uint32_t colours)
{
    painter->framebuffer = *framebuffer;
    painter->pitch = framebuffer->stride * (uint32_t)sizeof(uint32_t);
    const uint32_t left = (framebuffer->width - columns * FONT_WIDTH) / 2;
    const uint32_t top = (framebuffer->height - rows * FONT_HEIGHT) / 2;
    const uint64_t start = (uintptr_t)framebuffer->pixels;
    painter->origin = start + (uint64_t)top * painter->pitch + left * sizeof(uint32_t);
    painter->cursor_drawn = false;
    for (uint32_t row = 0; row < rows; row++) {
        painter->used[row] = 0;
        for (uint32_t column = 0; column < columns; column++)
            painter->shown[row][column] = SCREEN_BLANK;
    }
    for (uint32_t i = 0; i < SCREEN_BRUSHES; i++)
        painter->brushes[i].colours = SCREEN_NO_COLOURS;
    painter->brush = 0;
    painter->next_brush = 1;
    prepare(painter, &painter->brushes[0], colours);
    for (uint32_t line = 0; line < framebuffer->height; line++)
        memset((void *)(start + (uint64_t)line * painter->pitch), 0,
               framebuffer->width * sizeof(uint32_t));
}
