// SPDX-License-Identifier: MIT
/// view: what the terminal shows. A *place* counts columns from where the prompt began, rows being
/// `columns` long: row and column of a place are its quotient and remainder.
///
/// A row that is full is ended with '\n' at once. A terminal just so wide holds its cursor behind
/// the last character until something follows, a wider one does not wrap at all; both then stand at
/// the start of the next row.
#include "editor.h"

#include <libc/format.h>
#include <libc/string.h>

enum : char { BELL = '\a', ESCAPE = '\033' };

size_t line_editor_columns(const struct line_editor *editor)
{
    return editor->columns > 0 ? editor->columns : 80;
}

void line_editor_view_flush(struct line_editor *editor)
{
    const size_t length = editor->output_length;
    editor->output_length = 0;
    if (length > 0)
        editor->terminal->write(editor, editor->output, length);
}

void line_editor_view_write(struct line_editor *editor, const char *text, size_t length)
{
    while (length > 0) {
        if (editor->output_length == LINE_EDITOR_OUTPUT)
            line_editor_view_flush(editor);
        const size_t room = LINE_EDITOR_OUTPUT - editor->output_length;
        const size_t part = length < room ? length : room;
        memcpy(editor->output + editor->output_length, text, part);
        editor->output_length += part;
        text += part;
        length -= part;
    }
}

static void write_text(struct line_editor *editor, const char *text)
{
    line_editor_view_write(editor, text, strlen(text));
}

/// Writes the sequence that moves the cursor by `count` in the direction of `letter`.
static void write_move(struct line_editor *editor, size_t count, char letter)
{
    char text[24];
    if (count > 0)
        line_editor_view_write(editor, text,
                               format_text(text, sizeof text, "\033[%zu%c", count, letter));
}

/// Writes characters, which are not controls, and notes how far they reach.
static void put(struct line_editor *editor, const char *text, size_t length)
{
    const size_t columns = line_editor_columns(editor);
    for (size_t i = 0; i < length;) {
        const size_t start = i++;
        while (i < length && ((uint8_t)text[i] & 0xC0) == 0x80)
            i++;
        line_editor_view_write(editor, text + start, i - start);
        if (++editor->place % columns == 0)
            write_text(editor, "\n");
    }
}

/// The length of the control sequence or string at the start of `text`, an ESC.
static size_t escape_length(const char *text)
{
    size_t length = 2;
    if (text[1] == '\0')
        return 1;
    if (text[1] == '[') {
        while (text[length] != '\0' && (text[length] < '@' || text[length] > '~'))
            length++;
    } else if (strchr("]PX^_", text[1])) {
        while (text[length] != '\0' && text[length] != BELL && text[length] != ESCAPE)
            length++;
        if (text[length] == ESCAPE)
            return text[length + 1] == '\\' ? length + 2 : length;
    } else {
        return 2;
    }
    return text[length] == '\0' ? length : length + 1;
}

static void put_prompt(struct line_editor *editor)
{
    const size_t columns = line_editor_columns(editor);
    for (const char *text = editor->prompt; *text != '\0';) {
        size_t length = 1;
        if (*text == ESCAPE) {
            length = escape_length(text);
            line_editor_view_write(editor, text, length);
        } else if (*text == '\n') {
            write_text(editor, "\n");
            editor->place = (editor->place / columns + 1) * columns;
        } else {
            while (((uint8_t)text[length] & 0xC0) == 0x80)
                length++;
            put(editor, text, length);
        }
        text += length;
    }
    editor->prompt_end = editor->place;
}

static size_t place_of(const struct line_editor *editor, size_t end)
{
    size_t place = editor->prompt_end;
    for (size_t i = 0; i < end; i++)
        place += ((uint8_t)editor->line[i] & 0xC0) != 0x80;
    return place;
}

static void go(struct line_editor *editor, size_t place)
{
    const size_t columns = line_editor_columns(editor);
    const size_t row = place / columns;
    const size_t old_row = editor->place / columns;
    const size_t column = place % columns;
    size_t old_column = editor->place % columns;
    write_move(editor, row < old_row ? old_row - row : 0, 'A');
    write_move(editor, row > old_row ? row - old_row : 0, 'B');
    if (column == 0 && old_column != 0) {
        write_text(editor, "\r");
        old_column = 0;
    }
    if (old_column == column + 1)
        write_text(editor, "\b");
    else
        write_move(editor, old_column > column ? old_column - column : 0, 'D');
    write_move(editor, column > old_column ? column - old_column : 0, 'C');
    editor->place = place;
}

void line_editor_view_cursor(struct line_editor *editor)
{
    go(editor, place_of(editor, editor->cursor));
}

void line_editor_view_change(struct line_editor *editor, size_t from)
{
    go(editor, place_of(editor, from));
    put(editor, editor->line + from, editor->length - from);
    if (editor->place < editor->drawn_end)
        write_text(editor, "\033[J");
    editor->drawn_end = editor->place;
    line_editor_view_cursor(editor);
}

void line_editor_view_start(struct line_editor *editor)
{
    editor->place = 0;
    put_prompt(editor);
    editor->drawn_end = editor->place;
    line_editor_view_change(editor, 0);
}

void line_editor_view_clear(struct line_editor *editor)
{
    write_text(editor, "\033[H\033[J");
    line_editor_view_start(editor);
}

void line_editor_view_leave(struct line_editor *editor, const char *note)
{
    go(editor, editor->drawn_end);
    put(editor, note, strlen(note));
    // A line that has just filled its row has left it already.
    if (editor->place % line_editor_columns(editor) != 0 || editor->place == 0)
        write_text(editor, "\n");
    line_editor_view_flush(editor);
}
