// SPDX-License-Identifier: MIT
/// grid: what the text should look like. Nothing here touches the framebuffer.
#include "grid.h"

#include <libc/string.h>

static void note_change(struct screen_grid *grid, uint32_t row, uint32_t from, uint32_t end)
{
    struct screen_change *change = &grid->changes[row];
    if (from < change->from)
        change->from = from;
    if (end > change->end)
        change->end = end;
    if (row < grid->first_changed_row)
        grid->first_changed_row = row;
    if (row >= grid->end_changed_row)
        grid->end_changed_row = row + 1;
}

/// Blanks the cells of a row from column `from` up to `end`.
static void blank(struct screen_grid *grid, uint32_t row, uint32_t from, uint32_t end)
{
    struct screen_line *line = screen_grid_line(grid, row);
    if (end > line->used)
        end = line->used;
    if (from >= end)
        return;
    note_change(grid, row, from, end);
    for (uint32_t column = from; column < end; column++)
        line->cells[column] = SCREEN_BLANK;
    if (end == line->used)
        line->used = from;
}

void screen_grid_start(struct screen_grid *grid, uint32_t columns, uint32_t rows, uint32_t colours)
{
    grid->columns = columns;
    grid->rows = rows;
    grid->row = 0;
    grid->column = 0;
    grid->colours = colours;
    for (uint32_t row = 0; row < rows; row++) {
        grid->order[row] = (uint8_t)row;
        grid->changes[row] = (struct screen_change){columns, 0};
        grid->lines[row].used = 0;
        for (uint32_t column = 0; column < columns; column++)
            grid->lines[row].cells[column] = SCREEN_BLANK;
    }
    grid->first_changed_row = 0;
    grid->end_changed_row = 0;
    screen_grid_drawn(grid);
}

void screen_grid_drawn(struct screen_grid *grid)
{
    for (uint32_t row = grid->first_changed_row; row < grid->end_changed_row; row++)
        grid->changes[row] = (struct screen_change){grid->columns, 0};
    grid->first_changed_row = grid->rows;
    grid->end_changed_row = 0;
    grid->all_changed = false;
}

static void scroll(struct screen_grid *grid)
{
    const uint8_t first = grid->order[0];
    memmove(grid->order, grid->order + 1, grid->rows - 1);
    grid->order[grid->rows - 1] = first;
    struct screen_line *line = &grid->lines[first];
    for (uint32_t column = 0; column < line->used; column++)
        line->cells[column] = SCREEN_BLANK;
    line->used = 0;
    grid->all_changed = true;
}

void screen_grid_new_line(struct screen_grid *grid)
{
    grid->column = 0;
    if (grid->row + 1 < grid->rows)
        grid->row++;
    else
        scroll(grid);
}

static uint32_t cell_of(uint32_t code_point, uint32_t colours)
{
    return code_point == ' ' ? ' ' | (colours & SCREEN_BACKGROUND_MASK) : code_point | colours;
}

uint32_t screen_grid_put_run(struct screen_grid *grid, const char *text, uint32_t length)
{
    if (grid->column == grid->columns)
        screen_grid_new_line(grid);
    const uint32_t room = grid->columns - grid->column;
    const uint32_t limit = length < room ? length : room;
    struct screen_line *line = screen_grid_line(grid, grid->row);
    uint32_t *cells = line->cells + grid->column;
    const uint32_t colours = grid->colours;
    uint32_t count = 0;
    for (; count < limit && text[count] >= ' ' && text[count] < 0x7F; count++)
        cells[count] = cell_of((uint32_t)text[count], colours);
    note_change(grid, grid->row, grid->column, grid->column + count);
    grid->column += count;
    if (grid->column > line->used)
        line->used = grid->column;
    return count;
}

void screen_grid_put(struct screen_grid *grid, uint32_t code_point)
{
    if (grid->column == grid->columns)
        screen_grid_new_line(grid);
    struct screen_line *line = screen_grid_line(grid, grid->row);
    line->cells[grid->column] = cell_of(code_point, grid->colours);
    note_change(grid, grid->row, grid->column, grid->column + 1);
    grid->column++;
    if (grid->column > line->used)
        line->used = grid->column;
}

static uint32_t clamp(int64_t value, uint32_t count)
{
    if (value < 0)
        return 0;
    return value < count ? (uint32_t)value : count - 1;
}

void screen_grid_move_to(struct screen_grid *grid, int64_t row, int64_t column)
{
    grid->row = clamp(row, grid->rows);
    grid->column = clamp(column, grid->columns);
}

void screen_grid_move_by(struct screen_grid *grid, int64_t rows, int64_t columns)
{
    screen_grid_move_to(grid, grid->row + rows, clamp(grid->column, grid->columns) + columns);
}

void screen_grid_erase_line(struct screen_grid *grid, enum screen_erasure erasure)
{
    const uint32_t here = clamp(grid->column, grid->columns);
    blank(grid, grid->row, erasure == SCREEN_ERASE_AFTER ? here : 0,
          erasure == SCREEN_ERASE_BEFORE ? here + 1 : grid->columns);
}

void screen_grid_erase(struct screen_grid *grid, enum screen_erasure erasure)
{
    screen_grid_erase_line(grid, erasure);
    const uint32_t first = erasure == SCREEN_ERASE_AFTER ? grid->row + 1 : 0;
    const uint32_t end = erasure == SCREEN_ERASE_BEFORE ? grid->row : grid->rows;
    for (uint32_t row = first; row < end; row++)
        blank(grid, row, 0, grid->columns);
}
