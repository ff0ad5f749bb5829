// SPDX-License-Identifier: MIT
/// screen: bytes go through the parser into the grid, and what has changed there is drawn when the
/// call ends: a text of many lines scrolls many times but is drawn once.
#include <cell/annotations.h>
#include <display/font.h>
#include <display/screen.h>

#include "grid.h"
#include "painter.h"
#include "parser.h"

// State.
STATE struct screen_state {
    bool present;
    struct screen_parser parser;
    struct screen_grid grid;
    struct screen_painter painter;
} screen;

static uint32_t at_most(uint32_t value, uint32_t limit)
{
    return value < limit ? value : limit;
}

void screen_initialise(const struct screen_framebuffer *framebuffer)
{
    screen.present = framebuffer && framebuffer->pixels && framebuffer->width >= FONT_WIDTH &&
                     framebuffer->height >= FONT_HEIGHT &&
                     framebuffer->stride >= framebuffer->width;
    if (!screen.present)
        return;
    const uint32_t columns = at_most(framebuffer->width / FONT_WIDTH, SCREEN_MAX_COLUMNS);
    const uint32_t rows = at_most(framebuffer->height / FONT_HEIGHT, SCREEN_MAX_ROWS);
    screen_parser_start(&screen.parser);
    screen_grid_start(&screen.grid, columns, rows, SCREEN_DEFAULT_COLOURS);
    screen_painter_start(&screen.painter, framebuffer, columns, rows, SCREEN_DEFAULT_COLOURS);
}

void screen_write(const char *text, size_t length)
{
    if (!screen.present || length == 0)
        return;
    for (size_t i = 0; i < length;) {
        if (screen.parser.state == SCREEN_GROUND && text[i] >= ' ' && text[i] < 0x7F) {
            const size_t left = length - i;
            i += screen_grid_put_run(&screen.grid, text + i,
                                     left < UINT32_MAX ? (uint32_t)left : UINT32_MAX);
        } else {
            screen_parser_feed(&screen.parser, &screen.grid, (uint8_t)text[i]);
            i++;
        }
    }
    screen_painter_draw(&screen.painter, &screen.grid);
}

uint32_t screen_columns(void)
{
    return screen.present ? screen.grid.columns : 0;
}

uint32_t screen_rows(void)
{
    return screen.present ? screen.grid.rows : 0;
}
