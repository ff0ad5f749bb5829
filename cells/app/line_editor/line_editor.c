// SPDX-License-Identifier: MIT
/// line_editor: what the keys do to the line. Each change of the bytes is followed by showing what
/// changed; keys.c reads, view.c shows, completion.c completes.
///
/// Invariant: the line is valid UTF-8 without controls, and the cursor is between characters.
#include <app/line_editor.h>
#include <libc/string.h>

#include "editor.h"

#define CONTROL(letter) ((letter) - '@')

enum : int32_t { BACKSPACE = 127 };

/// How a key leaves the line.
enum outcome { GOES_ON, DONE, CANCELLED, ENDED };

static bool continues(char byte)
{
    return ((uint8_t)byte & 0xC0) == 0x80;
}

size_t line_editor_before(const struct line_editor *editor, size_t place)
{
    do
        place--;
    while (place > 0 && continues(editor->line[place]));
    return place;
}

size_t line_editor_after(const struct line_editor *editor, size_t place)
{
    do
        place++;
    while (place < editor->length && continues(editor->line[place]));
    return place;
}

/// The most bytes of `text`, in whole characters, that are not more than `limit`.
static size_t whole_characters(const char *text, size_t length, size_t limit)
{
    if (length <= limit)
        return length;
    while (limit > 0 && continues(text[limit]))
        limit--;
    return limit;
}

void line_editor_insert(struct line_editor *editor, const char *text, size_t length)
{
    const size_t from = editor->cursor;
    length = whole_characters(text, length, editor->size - 1 - editor->length);
    if (length == 0)
        return;
    memmove(editor->line + from + length, editor->line + from, editor->length - from);
    memcpy(editor->line + from, text, length);
    editor->length += length;
    editor->cursor += length;
    line_editor_view_change(editor, from);
}

static void insert_character(struct line_editor *editor, int32_t code_point)
{
    char bytes[4];
    const size_t length = line_editor_encode(code_point, bytes);
    if (length <= editor->size - 1 - editor->length)
        line_editor_insert(editor, bytes, length);
}

/// Takes the bytes from `from` to `end` out of the line; the cursor goes there.
static void delete(struct line_editor *editor, size_t from, size_t end)
{
    if (from == end)
        return;
    memmove(editor->line + from, editor->line + end, editor->length - end);
    editor->length -= end - from;
    editor->cursor = from;
    line_editor_view_change(editor, from);
}

static void record(struct line_record *record, const char *text, size_t length)
{
    record->length = (uint16_t)whole_characters(text, length, sizeof record->text);
    memcpy(record->text, text, record->length);
}

static void cut(struct line_editor *editor, size_t from, size_t end)
{
    if (from < end)
        record(&editor->cut, editor->line + from, end - from);
    delete (editor, from, end);
}

static void move_to(struct line_editor *editor, size_t place)
{
    editor->cursor = place;
    line_editor_view_cursor(editor);
}

static size_t word_start(const struct line_editor *editor)
{
    size_t place = editor->cursor;
    while (place > 0 && editor->line[place - 1] == ' ')
        place--;
    while (place > 0 && editor->line[place - 1] != ' ')
        place--;
    return place;
}

static size_t word_end(const struct line_editor *editor)
{
    size_t place = editor->cursor;
    while (place < editor->length && editor->line[place] == ' ')
        place++;
    while (place < editor->length && editor->line[place] != ' ')
        place++;
    return place;
}

/// Exchanges the characters around the cursor, or at the end the last two, and goes past them.
static void exchange(struct line_editor *editor)
{
    char first[4];
    if (editor->cursor == 0)
        return;
    size_t middle = editor->cursor;
    if (middle == editor->length)
        middle = line_editor_before(editor, middle);
    if (middle == 0)
        return;
    const size_t start = line_editor_before(editor, middle);
    const size_t end = line_editor_after(editor, middle);
    memcpy(first, editor->line + start, middle - start);
    memmove(editor->line + start, editor->line + middle, end - middle);
    memcpy(editor->line + end - (middle - start), first, middle - start);
    editor->cursor = end;
    line_editor_view_change(editor, start);
}

static void replace_line(struct line_editor *editor, const struct line_record *by)
{
    const size_t length = whole_characters(by->text, by->length, editor->size - 1);
    memcpy(editor->line, by->text, length);
    editor->length = length;
    editor->cursor = length;
    line_editor_view_change(editor, 0);
}

/// Shows the line that is `browsed` lines old.
static void browse(struct line_editor *editor, size_t browsed)
{
    if (editor->browsed == 0)
        record(&editor->draft, editor->line, editor->length);
    editor->browsed = browsed;
    const size_t age = browsed - 1;
    const struct line_record *shown =
        browsed == 0
            ? &editor->draft
            : &editor->history[(editor->newest + LINE_EDITOR_LINES - age) % LINE_EDITOR_LINES];
    replace_line(editor, shown);
}

static void remember(struct line_editor *editor)
{
    const struct line_record *newest = &editor->history[editor->newest];
    const bool repeated = editor->remembered > 0 && newest->length == editor->length &&
                          memcmp(newest->text, editor->line, editor->length) == 0;
    if (editor->length == 0 || repeated)
        return;
    const size_t next = (editor->newest + 1) % LINE_EDITOR_LINES;
    record(&editor->history[next], editor->line, editor->length);
    editor->newest = next;
    if (editor->remembered < LINE_EDITOR_LINES)
        editor->remembered++;
}

/// Keys that move the cursor. False: this is none.
static bool move(struct line_editor *editor, int32_t key)
{
    const size_t cursor = editor->cursor;
    switch (key) {
    case LINE_KEY_LEFT:
    case CONTROL('B'):
        move_to(editor, cursor > 0 ? line_editor_before(editor, cursor) : 0);
        return true;
    case LINE_KEY_RIGHT:
    case CONTROL('F'):
        move_to(editor, cursor < editor->length ? line_editor_after(editor, cursor) : cursor);
        return true;
    case LINE_KEY_HOME:
    case CONTROL('A'):
        move_to(editor, 0);
        return true;
    case LINE_KEY_END:
    case CONTROL('E'):
        move_to(editor, editor->length);
        return true;
    case LINE_KEY_WORD_LEFT:
        move_to(editor, word_start(editor));
        return true;
    case LINE_KEY_WORD_RIGHT:
        move_to(editor, word_end(editor));
        return true;
    default:
        return false;
    }
}

/// Keys that delete and cut. False: this is none.
static bool remove_text(struct line_editor *editor, int32_t key)
{
    const size_t cursor = editor->cursor;
    switch (key) {
    case BACKSPACE:
    case CONTROL('H'):
        delete (editor, cursor > 0 ? line_editor_before(editor, cursor) : 0, cursor);
        return true;
    case LINE_KEY_DELETE:
    case CONTROL('D'):
        delete (editor, cursor,
                cursor < editor->length ? line_editor_after(editor, cursor) : cursor);
        return true;
    case CONTROL('K'):
        cut(editor, cursor, editor->length);
        return true;
    case CONTROL('U'):
        cut(editor, 0, cursor);
        return true;
    case CONTROL('W'):
        cut(editor, word_start(editor), cursor);
        return true;
    case LINE_KEY_CUT_WORD_RIGHT:
        cut(editor, cursor, word_end(editor));
        return true;
    default:
        return false;
    }
}

static void change(struct line_editor *editor, int32_t key)
{
    switch (key) {
    case LINE_KEY_UP:
    case CONTROL('P'):
        if (editor->browsed < editor->remembered)
            browse(editor, editor->browsed + 1);
        break;
    case LINE_KEY_DOWN:
    case CONTROL('N'):
        if (editor->browsed > 0)
            browse(editor, editor->browsed - 1);
        break;
    case CONTROL('T'):
        exchange(editor);
        break;
    case CONTROL('Y'):
        line_editor_insert(editor, editor->cut.text, editor->cut.length);
        break;
    case CONTROL('L'):
        line_editor_view_clear(editor);
        break;
    case '\t':
        line_editor_complete(editor);
        break;
    default:
        // From 0x7F on there are controls again.
        if ((key >= ' ' && key < 0x7F) || (key >= 0xA0 && key < LINE_KEY_NONE))
            insert_character(editor, key);
        break;
    }
}

static enum outcome handle(struct line_editor *editor, int32_t key)
{
    if (key == '\r' || key == '\n')
        return DONE;
    if (key == CONTROL('C'))
        return CANCELLED;
    if (key == LINE_KEY_END_OF_INPUT || (key == CONTROL('D') && editor->length == 0))
        return ENDED;
    if (!move(editor, key) && !remove_text(editor, key))
        change(editor, key);
    return GOES_ON;
}

/// Ends the editing of a line in the way of `outcome`.
static enum status finish(struct line_editor *editor, enum outcome outcome)
{
    line_editor_view_leave(editor, outcome == CANCELLED ? "^C" : "");
    if (outcome == DONE)
        remember(editor);
    editor->line[outcome == DONE ? editor->length : 0] = '\0';
    editor->line = nullptr;
    editor->prompt = nullptr;
    if (outcome == DONE)
        return STATUS_OK;
    return outcome == CANCELLED ? STATUS_CANCELLED : STATUS_DISCONNECTED_SENDER;
}

enum status line_editor_read(struct line_editor *editor, const struct line_terminal *terminal,
                             const char *prompt, char *line, size_t size)
{
    if (size == 0)
        return STATUS_INVALID;
    editor->terminal = terminal;
    editor->prompt = prompt;
    editor->line = line;
    editor->size = size < LINE_EDITOR_LINE_SIZE ? size : LINE_EDITOR_LINE_SIZE;
    editor->length = 0;
    editor->cursor = 0;
    editor->browsed = 0;
    line_editor_view_start(editor);
    enum outcome outcome;
    do
        outcome = handle(editor, line_editor_key(editor));
    while (outcome == GOES_ON);
    return finish(editor, outcome);
}
