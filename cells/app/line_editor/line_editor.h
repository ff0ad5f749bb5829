// SPDX-License-Identifier: MIT
/// line_editor: a line of text from a person at a terminal, with editing, history and completion.
///
///     Left, Right, Ctrl-B, -F   one character       Backspace, Ctrl-H   delete before the cursor
///     Home, End, Ctrl-A, -E     ends of the line    Delete, Ctrl-D      delete under the cursor
///     Ctrl-Left, -Right, Alt-B, -F   one word       Ctrl-T              exchange two characters
///     Up, Down, Ctrl-P, -N      history             Ctrl-K, -U          cut to the end, the start
///     Tab                       complete the word   Ctrl-W, Alt-D       cut the word before, after
///     Ctrl-L                    clear the screen    Ctrl-Y              insert what was cut
///     Enter                     done                Ctrl-C              abandon the line
///
/// A long line goes on in the next row. The terminal must be at least as wide as `columns`; the
/// editor starts the rows itself, so that wider ones show the same. It writes UTF-8, \r, \b, \n and
/// the sequences CSI A B C D H J. A character counts as one column.
///
/// All that lasts is in the structure, which the caller owns and sets to zero at first.
///
/// Callers:    one task at a time for each editor; `read` may wait.
/// Live swap:  the editor's state is the caller's.
/// Fault:      the line being typed is lost; the history is whole but perhaps for its newest line.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/annotations.h>
#include <cell/status.h>

enum : size_t {
    LINE_EDITOR_LINES = 32,      ///< of history
    LINE_EDITOR_LINE_SIZE = 512, ///< bytes of the longest line, its zero included
    LINE_EDITOR_OUTPUT = 256,    ///< bytes gathered before they are written
};

/// What is to be completed: the bytes `start` to `end` of `line`, without blanks, up to the cursor.
struct line_word {
    const char *line;
    size_t start;
    size_t end;
};

/// A line, its bytes not ended by a zero.
struct line_record {
    uint16_t length;
    char text[LINE_EDITOR_LINE_SIZE];
};

struct line_editor;

/// How an editor reaches its terminal. Constant.
struct line_terminal {
    /// The next byte of input, waiting for it; -1: there will be no more.
    int (*read)(struct line_editor *editor);

    /// Shows the text.
    void (*write)(struct line_editor *editor, const char *text, size_t length);

    /// Puts the candidate of number `index` for the whole word into `candidate`, ended by a zero,
    /// in the order in which candidates are to be listed. False: there are not so many. One that
    /// does not fit is left out by the function. Null: nothing is completed.
    bool (*complete)(struct line_editor *editor, const struct line_word *word, size_t index,
                     char *candidate, size_t size);
};

struct line_editor {
    uint32_t columns; ///< of the terminal; 0: 80

    // What follows is the editor's own.
    BORROWS const struct line_terminal *terminal; ///< during a call
    const char *prompt;                           ///< during a call
    char *line;                                   ///< during a call, as `size`
    size_t size;
    size_t length;
    size_t cursor;     ///< bytes of the line before it
    size_t place;      ///< of the terminal's cursor: columns from where the prompt began
    size_t prompt_end; ///< place of the line's first character
    size_t drawn_end;  ///< place behind the last character that is shown
    int pending;       ///< a byte to be read again, plus 1; 0: none
    bool after_return; ///< a '\n' that comes next belongs to the '\r' before
    size_t browsed;    ///< the line of history shown: 1 is the newest; 0: what was typed
    size_t newest;     ///< index into `history`
    size_t remembered; ///< lines in `history`
    struct line_record history[LINE_EDITOR_LINES];
    struct line_record draft; ///< what was typed, while history is shown
    struct line_record cut;
    size_t output_length;
    char output[LINE_EDITOR_OUTPUT];
};

/// Shows the prompt at the start of a row and lets the person type; leaves the terminal at the
/// start of a row. The prompt may have control sequences and strings of no width. `line` gets at
/// most `size` - 1 bytes of valid UTF-8 and a zero. A line that is not empty is remembered.
/// STATUS_CANCELLED: Ctrl-C was typed. STATUS_DISCONNECTED_SENDER: Ctrl-D on an empty line, or the
/// input has ended. STATUS_INVALID: `size` is 0. The line is then empty.
enum status line_editor_read(struct line_editor *editor, const struct line_terminal *terminal,
                             const char *prompt, char *line, size_t size);
