// SPDX-License-Identifier: MIT
/// What the editor's files share.
#pragma once
#include <app/line_editor.h>

/// Keys that are no characters; those that are count as their code points, controls included.
enum line_key : int32_t {
    LINE_KEY_END_OF_INPUT = -1,
    LINE_KEY_NONE = 0x110000, ///< input that means nothing
    LINE_KEY_UP,
    LINE_KEY_DOWN,
    LINE_KEY_LEFT,
    LINE_KEY_RIGHT,
    LINE_KEY_HOME,
    LINE_KEY_END,
    LINE_KEY_DELETE,
    LINE_KEY_WORD_LEFT,
    LINE_KEY_WORD_RIGHT,
    LINE_KEY_CUT_WORD_RIGHT,
};

/// The next key: keys.c.
int32_t line_editor_key(struct line_editor *editor);

/// Writes a code point as UTF-8; gives its length, 1 to 4.
size_t line_editor_encode(int32_t code_point, char bytes[static 4]);

/// The ends of the character before and after a place in the line, which must have one there.
size_t line_editor_before(const struct line_editor *editor, size_t place);
size_t line_editor_after(const struct line_editor *editor, size_t place);

// What the terminal shows: view.c.

/// Shows the prompt and the line from the start of a row on.
void line_editor_view_start(struct line_editor *editor);

/// Shows the line after its bytes from `from` on have changed, and the cursor.
void line_editor_view_change(struct line_editor *editor, size_t from);

/// Shows the cursor where it is now.
void line_editor_view_cursor(struct line_editor *editor);

/// Clears the screen, with the prompt and the line at its top.
void line_editor_view_clear(struct line_editor *editor);

/// Leaves the line on the screen, with `note` after it, and goes to the start of a new row.
void line_editor_view_leave(struct line_editor *editor, const char *note);

/// Writes text as it stands, which is not the editor's to keep track of.
void line_editor_view_write(struct line_editor *editor, const char *text, size_t length);

/// Writes what has been gathered.
void line_editor_view_flush(struct line_editor *editor);

/// The terminal's width.
size_t line_editor_columns(const struct line_editor *editor);

// What is edited: line_editor.c.

/// Puts bytes before the cursor as far as they fit, in whole characters.
void line_editor_insert(struct line_editor *editor, const char *text, size_t length);

/// Completes the word before the cursor, or lists what it could be: completion.c.
void line_editor_complete(struct line_editor *editor);
