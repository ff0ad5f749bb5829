// SPDX-License-Identifier: MIT
/// completion: candidates are asked for as often as they are needed and never kept.
#include "editor.h"

#include <libc/string.h>

struct candidates {
    size_t count;
    size_t common; ///< bytes at the start of all of them
    size_t widest; ///< in bytes
    char first[LINE_EDITOR_LINE_SIZE];
};

static struct line_word word_before_cursor(const struct line_editor *editor)
{
    struct line_word word = {editor->line, editor->cursor, editor->cursor};
    while (word.start > 0 && editor->line[word.start - 1] != ' ')
        word.start--;
    return word;
}

static void survey(struct line_editor *editor, const struct line_word *word,
                   struct candidates *candidates)
{
    char candidate[LINE_EDITOR_LINE_SIZE];
    *candidates = (struct candidates){};
    while (
        editor->terminal->complete(editor, word, candidates->count, candidate, sizeof candidate)) {
        const size_t length = strlen(candidate);
        if (candidates->count++ == 0) {
            memcpy(candidates->first, candidate, length + 1);
            candidates->common = length;
        }
        size_t same = 0;
        while (same < candidates->common && candidate[same] == candidates->first[same])
            same++;
        candidates->common = same;
        if (length > candidates->widest)
            candidates->widest = length;
    }
    // Only whole characters are common.
    while (candidates->common > 0 &&
           ((uint8_t)candidates->first[candidates->common] & 0xC0) == 0x80)
        candidates->common--;
}

/// Lists the candidates in columns below the line, and shows the line again.
static void list(struct line_editor *editor, const struct line_word *word, size_t widest)
{
    char candidate[LINE_EDITOR_LINE_SIZE];
    const size_t width = widest + 2;
    const size_t columns = line_editor_columns(editor);
    const size_t in_a_row = columns > width ? columns / width : 1;
    line_editor_view_leave(editor, "");
    size_t padding = 0;
    for (size_t i = 0; editor->terminal->complete(editor, word, i, candidate, sizeof candidate);
         i++) {
        if (i > 0 && i % in_a_row == 0) {
            line_editor_view_write(editor, "\n", 1);
            padding = 0;
        }
        for (; padding > 0; padding--)
            line_editor_view_write(editor, " ", 1);
        const size_t length = strlen(candidate);
        line_editor_view_write(editor, candidate, length);
        padding = length < width ? width - length : 2;
    }
    line_editor_view_write(editor, "\n", 1);
    line_editor_view_start(editor);
}

void line_editor_complete(struct line_editor *editor)
{
    struct candidates candidates;
    if (!editor->terminal->complete)
        return;
    const struct line_word word = word_before_cursor(editor);
    survey(editor, &word, &candidates);
    const size_t typed = word.end - word.start;
    // Candidates replace the word; what they have in common with it need not be typed again.
    if (candidates.count == 0 || candidates.common < typed ||
        memcmp(candidates.first, editor->line + word.start, typed) != 0)
        return;
    if (candidates.count > 1 && candidates.common == typed) {
        list(editor, &word, candidates.widest);
        return;
    }
    line_editor_insert(editor, candidates.first + typed, candidates.common - typed);
    const size_t cursor = editor->cursor;
    const bool parted = cursor < editor->length && editor->line[cursor] == ' ';
    if (candidates.count == 1 && cursor > word.start && !parted)
        line_editor_insert(editor, " ", 1);
}
