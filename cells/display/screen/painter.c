// SPDX-License-Identifier: MIT
/// painter: the only code that touches the framebuffer, and it never reads it.
#include "painter.h"

#include <cell/annotations.h>
#include <display/font.h>
#include <libc/string.h>

enum : uint32_t {
    CURSOR_TOP = FONT_HEIGHT - 2, ///< the cursor covers the rows from here on
    CURSOR_COLOUR = 15,           ///< of the palette
    CELL_BYTES = FONT_WIDTH * sizeof(uint32_t),
};

/// Two pixels in the framebuffer, where nothing says that a character begins at such an address.
struct [[gnu::packed, gnu::may_alias]] pixel_pair {
    uint64_t value;
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
    struct screen_pattern *pattern = brush->patterns;
    for (uint32_t left = 0; left < 16; left++)
        for (uint32_t right = 0; right < 16; right++, pattern++) {
            pattern->pixels[0] = pairs[left >> 2];
            pattern->pixels[1] = pairs[left & 3];
            pattern->pixels[2] = pairs[right >> 2];
            pattern->pixels[3] = pairs[right & 3];
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

/// Finds or prepares the brush for `cell` and makes it the one in use.
static void change_brush(struct screen_painter *painter, uint32_t cell)
{
    struct screen_brush *brush = painter->brushes;
    while (brush < painter->brushes + SCREEN_BRUSHES && !suits(brush, cell))
        brush++;
    if (brush == painter->brushes + SCREEN_BRUSHES) {
        brush = &painter->brushes[painter->next_brush];
        painter->next_brush = (painter->next_brush + 1) % SCREEN_BRUSHES;
        prepare(painter, brush, cell & ~SCREEN_CODE_MASK);
    }
    painter->brush = (uint32_t)(brush - painter->brushes);
    painter->colours = brush->colours;
}

[[gnu::always_inline]] static inline const struct screen_pattern *
brush_for(struct screen_painter *painter, uint32_t cell)
{
    const uint32_t relevant = is_blank(cell) ? SCREEN_BACKGROUND_MASK : ~SCREEN_CODE_MASK;
    if ((painter->colours ^ cell) & relevant)
        change_brush(painter, cell);
    return painter->brushes[painter->brush].patterns;
}

/// Draws the rows `first` to `last` of a glyph; `to` is the address of the cell's first pixel.
UNSAFE(INFECTIOUS, "pixels are addressed by their place in the framebuffer")
static inline void draw_rows(const struct screen_painter *painter, uint64_t to,
                             const uint8_t *glyph, const struct screen_pattern *patterns,
                             int64_t first, int64_t last)
{
    static_assert(sizeof *patterns == 1 << 5);
    to += (uint64_t)first * painter->pitch;
    int64_t row = first - last - 1;
    // Ten instructions for eight pixels, half of what loads and stores take; the pixels are written
    // in order, once each. `row` counts up to 0.
    __asm__ volatile("1:\n\t"
                     "movzbl (%[end],%[row]), %%esi\n\t"
                     "shll $5, %%esi\n\t"
                     "addq %[patterns], %%rsi\n\t"
                     "movsq\n\tmovsq\n\tmovsq\n\tmovsq\n\t"
                     "addq %[gap], %%rdi\n\t"
                     "incq %[row]\n\t"
                     "jnz 1b"
                     : "+D"(to), [row] "+r"(row)
                     : [end] "r"(glyph + last + 1), [patterns] "r"(patterns),
                       [gap] "r"((uint64_t)painter->pitch - CELL_BYTES)
                     : "rsi", "memory", "cc");
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
static inline void draw_cell(struct screen_painter *painter, uint64_t to, uint32_t old,
                             uint32_t cell)
{
    const struct screen_pattern *patterns = brush_for(painter, cell);
    const uint8_t *glyph = font_glyph(cell & SCREEN_CODE_MASK);
    uint64_t upper = load_8(glyph);
    uint64_t lower = load_8(glyph + 8);
    if (!is_blank(old) || (old ^ cell) & SCREEN_BACKGROUND_MASK) {
        const uint32_t recoloured = (old ^ cell) & ~SCREEN_CODE_MASK;
        if (recoloured & SCREEN_BACKGROUND_MASK || (recoloured && !is_blank(cell))) {
            draw_rows(painter, to, glyph, patterns, 0, FONT_HEIGHT - 1);
            return;
        }
        const uint8_t *old_glyph = font_glyph(old & SCREEN_CODE_MASK);
        upper ^= load_8(old_glyph);
        lower ^= load_8(old_glyph + 8);
    }
    if ((upper | lower) == 0)
        return;
    const int first = upper ? __builtin_ctzll(upper) / 8 : 8 + __builtin_ctzll(lower) / 8;
    const int last = lower ? 15 - __builtin_clzll(lower) / 8 : 7 - __builtin_clzll(upper) / 8;
    draw_rows(painter, to, glyph, patterns, first, last);
}

/// Draws the cells of a row that differ from what is shown, among the columns `from` to `end`.
static void draw_row(struct screen_painter *painter, const struct screen_line *line, uint32_t row,
                     uint32_t from, uint32_t end)
{
    uint32_t *shown = painter->shown[row];
    uint64_t to = address_of(painter, row, from);
    for (uint32_t column = from; column < end; column++, to += CELL_BYTES) {
        const uint32_t cell = line->cells[column];
        const uint32_t old = shown[column];
        if (cell == old)
            continue;
        shown[column] = cell;
        draw_cell(painter, to, old, cell);
    }
}

static void erase_cursor(struct screen_painter *painter)
{
    const uint32_t cell = painter->shown[painter->cursor_row][painter->cursor_column];
    const uint64_t to = address_of(painter, painter->cursor_row, painter->cursor_column);
    draw_rows(painter, to, font_glyph(cell & SCREEN_CODE_MASK), brush_for(painter, cell),
              CURSOR_TOP, FONT_HEIGHT - 1);
}

UNSAFE(INFECTIOUS, "pixels are addressed by their place in the framebuffer")
static void draw_cursor(struct screen_painter *painter)
{
    const uint64_t pixel = pixel_of(painter, CURSOR_COLOUR);
    const uint64_t pixels = pixel << 32 | pixel;
    uint64_t line = address_of(painter, painter->cursor_row, painter->cursor_column) +
                    (uint64_t)CURSOR_TOP * painter->pitch;
    for (uint32_t row = CURSOR_TOP; row < FONT_HEIGHT; row++, line += painter->pitch) {
        volatile struct pixel_pair *pairs = (volatile struct pixel_pair *)line;
        for (uint32_t i = 0; i < FONT_WIDTH / 2; i++)
            pairs[i].value = pixels;
    }
}

void screen_painter_draw(struct screen_painter *painter, struct screen_grid *grid)
{
    // The cursor goes first and comes back last, for a cell's rows are drawn only where they
    // differ.
    const uint32_t column = grid->column < grid->columns ? grid->column : grid->columns - 1;
    const bool moved = grid->row != painter->cursor_row || column != painter->cursor_column;
    if (painter->cursor_drawn && (moved || grid->end_changed_row > 0 || grid->all_changed))
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
    painter->cursor_row = grid->row;
    painter->cursor_column = column;
    painter->cursor_drawn = true;
    draw_cursor(painter);
}

UNSAFE(INFECTIOUS, "pixels are addressed by their place in the framebuffer")
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
    painter->colours = colours;
    painter->next_brush = 1;
    prepare(painter, &painter->brushes[0], colours);
    for (uint32_t line = 0; line < framebuffer->height; line++)
        memset((void *)(start + (uint64_t)line * painter->pitch), 0,
               framebuffer->width * sizeof(uint32_t));
}
