// SPDX-License-Identifier: MIT
/// The editor types into a small model of a terminal. Whenever it waits for a key, the model is
/// compared with the prompt and the line as they should look, so that every test also tests the
/// display.
#include <app/line_editor.h>
#include <cell/annotations.h>
#include <libc/string.h>

#include <cell/test.h>

enum : size_t { MAX_COLUMNS = 100, ROWS = 12 };

/// A terminal that holds its cursor behind the last column until something follows.
STATE struct terminal {
    size_t columns;
    size_t row;
    size_t column; ///< `columns`: behind the last
    uint32_t cells[ROWS][MAX_COLUMNS];
    size_t sequence_length; ///< of the sequence or string that has begun
    char sequence[64];
    char written[4096]; ///< all that was written, for tests of the bytes themselves
    size_t written_length;
} terminal;

STATE struct line_editor editor;
STATE char input[1024];
STATE size_t input_at;
STATE size_t input_length;     ///< of what was not read yet
STATE char visible_prompt[32]; ///< what is to be seen of the prompt
STATE bool completing;
STATE bool display_wrong;

static void terminal_clear_from(size_t row, size_t column)
{
    for (; row < ROWS; row++, column = 0)
        for (; column < MAX_COLUMNS; column++)
            terminal.cells[row][column] = ' ';
}

static void terminal_new_line(void)
{
    terminal.column = 0;
    if (terminal.row + 1 < ROWS) {
        terminal.row++;
        return;
    }
    memmove(terminal.cells[0], terminal.cells[1], sizeof terminal.cells - sizeof terminal.cells[0]);
    terminal_clear_from(ROWS - 1, 0);
}

static void terminal_put(uint8_t byte)
{
    if ((byte & 0xC0) == 0x80) { // gathers the bytes of a character in its cell
        uint32_t *cell = &terminal.cells[terminal.row][terminal.column - 1];
        *cell = *cell << 8 | byte;
        return;
    }
    if (terminal.column == terminal.columns)
        terminal_new_line();
    terminal.cells[terminal.row][terminal.column++] = byte;
}

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void terminal_control_sequence(void)
{
    size_t count = 0;
    for (size_t i = 2; i + 1 < terminal.sequence_length; i++)
        count = count * 10 + (size_t)(terminal.sequence[i] - '0');
    if (count == 0)
        count = 1;
    terminal.column = lesser(terminal.column, terminal.columns - 1);
    switch (terminal.sequence[terminal.sequence_length - 1]) {
    case 'A':
        terminal.row -= lesser(count, terminal.row);
        break;
    case 'B':
        terminal.row = lesser(terminal.row + count, ROWS - 1);
        break;
    case 'C':
        terminal.column = lesser(terminal.column + count, terminal.columns - 1);
        break;
    case 'D':
        terminal.column -= lesser(count, terminal.column);
        break;
    case 'H':
        terminal.row = terminal.column = 0;
        break;
    case 'J':
        terminal_clear_from(terminal.row, terminal.column);
        break;
    default:
        display_wrong = true;
    }
}

/// Handles a byte of a sequence; strings end with BEL and have no effect.
static void terminal_sequence(char byte)
{
    terminal.sequence[terminal.sequence_length++] = byte;
    if (terminal.sequence_length < 3)
        return;
    const bool string = terminal.sequence[1] == ']';
    const bool ended = string ? byte == '\a' : byte >= '@';
    if (ended && !string)
        terminal_control_sequence();
    if (ended)
        terminal.sequence_length = 0;
}

static void terminal_feed(char byte)
{
    if (terminal.sequence_length > 0 || byte == '\033')
        terminal_sequence(byte);
    else if (byte == '\n') // the console puts a return before it
        terminal_new_line();
    else if (byte == '\r')
        terminal.column = 0;
    else if (byte == '\b')
        terminal.column -= terminal.column > 0;
    else
        terminal_put((uint8_t)byte);
}

static void terminal_write(struct line_editor *this, const char *text, size_t length)
{
    (void)this;
    for (size_t i = 0; i < length; i++)
        terminal_feed(text[i]);
    for (size_t i = 0; i < length && terminal.written_length < sizeof terminal.written; i++)
        terminal.written[terminal.written_length++] = text[i];
}

/// A place in the terminal that goes on as text goes on.
struct pen {
    size_t row;
    size_t column;
    bool right; ///< everything so far was found there
};

/// Compares the characters of `text` with what is shown from the pen on; rows are `columns` long.
static void expect_shown(struct pen *pen, const char *text, size_t length, size_t columns)
{
    for (size_t i = 0; i < length;) {
        uint32_t character = (uint8_t)text[i++];
        for (; i < length && ((uint8_t)text[i] & 0xC0) == 0x80; i++)
            character = character << 8 | (uint8_t)text[i];
        if (terminal.cells[pen->row][pen->column] != character)
            pen->right = false;
        if (++pen->column == columns) {
            pen->row++;
            pen->column = 0;
        }
    }
}

/// Whether the terminal shows the prompt and the line, with the cursor in its place, and nothing
/// below. The prompt's row is found from the cursor's.
static bool display_right(void)
{
    const size_t columns = editor.columns;
    struct pen pen = {0, 0, true};
    // Without looking: how many rows down the cursor is.
    struct pen cursor = pen;
    expect_shown(&cursor, visible_prompt, strlen(visible_prompt), columns);
    expect_shown(&cursor, editor.line, editor.cursor, columns);
    if (cursor.row > terminal.row || cursor.column != terminal.column)
        return false;
    pen.row = terminal.row - cursor.row;
    expect_shown(&pen, visible_prompt, strlen(visible_prompt), columns);
    expect_shown(&pen, editor.line, editor.length, columns);
    for (size_t row = pen.row; row < ROWS; row++)
        for (size_t column = row == pen.row ? pen.column : 0; column < MAX_COLUMNS; column++)
            if (terminal.cells[row][column] != ' ')
                return false;
    return pen.right;
}

static int input_read(struct line_editor *this)
{
    (void)this;
    if (!display_right())
        display_wrong = true;
    if (input_length == 0)
        return -1;
    input_length--;
    return (uint8_t)input[input_at++];
}

static void give(const char *keys, size_t length)
{
    memcpy(input, keys, length);
    input_at = 0;
    input_length = length;
}

static void expect_prompt(const char *text)
{
    memcpy(visible_prompt, text, strlen(text) + 1);
}

/// A new editor of width `columns` on a terminal of width `terminal_columns`.
static void start(size_t columns, size_t terminal_columns)
{
    memset(&editor, 0, sizeof editor);
    memset(&terminal, 0, sizeof terminal);
    terminal.columns = terminal_columns;
    terminal_clear_from(0, 0);
    completing = false;
    editor.columns = (uint32_t)columns;
    expect_prompt("> ");
    display_wrong = false;
}

static bool complete_command(struct line_editor *this, const struct line_word *word, size_t index,
                             char *candidate, size_t size);

static enum status read_line(const char *prompt, char *to, size_t size)
{
    static const struct line_terminal plain = {input_read, terminal_write, nullptr};
    static const struct line_terminal completer = {input_read, terminal_write, complete_command};
    return line_editor_read(&editor, completing ? &completer : &plain, prompt, to, size);
}

STATE char line[64];

/// Types `keys`; gives how the editor answers.
static enum status type_bytes(const char *keys, size_t length)
{
    give(keys, length);
    return read_line("> ", line, sizeof line);
}

/// Whether typing `keys` gives `expected` and the display was right at all times.
static bool gives(const char *keys, const char *expected)
{
    return type_bytes(keys, strlen(keys)) == STATUS_OK && strcmp(line, expected) == 0 &&
           !display_wrong;
}

#define UP "\033[A"
#define DOWN "\033[B"
#define RIGHT "\033[C"
#define LEFT "\033[D"
#define HOME "\033[H"
#define END "\033[F"

TEST(characters_are_inserted_where_the_cursor_is)
{
    start(80, 80);
    EXPECT(gives("abc\r", "abc"));
    EXPECT(gives("ad" LEFT "bc\r", "abcd"));
    EXPECT(gives("b" HOME "a" END "c\r", "abc"));
    EXPECT(gives("bc\001a\005d\002\002\006x\r", "abcxd"));
}

TEST(a_typed_line_is_echoed_as_it_comes)
{
    start(80, 80);
    EXPECT(gives("cells -j\r", "cells -j"));
    EXPECT(terminal.written_length == 11);
    EXPECT(memcmp(terminal.written, "> cells -j\n", 11) == 0);
}

TEST(deletions_take_whole_characters)
{
    start(80, 80);
    EXPECT(gives("abc\177\010\r", "a"));
    EXPECT(gives("abc" HOME "\033[3~\004\r", "c"));
    EXPECT(gives("a\u00e4\u2500\U0001F6A2\177\177b\r", "a\u00e4b"));
    EXPECT(gives("\u00e4\u2500b" LEFT LEFT "\033[3~\r", "\u00e4b"));
    EXPECT(gives("\177\033[3~" LEFT RIGHT HOME END "\r", ""));
}

TEST(what_is_cut_can_be_inserted_again)
{
    start(80, 80);
    EXPECT(gives("one two\027\031\031\r", "one twotwo"));
    EXPECT(gives("one two" HOME "\013x\031\r", "xone two"));
    EXPECT(gives("one two" LEFT "\025\005\031\r", "oone tw"));
    EXPECT(gives("one two  \027\r", "one "));
    EXPECT(gives("one two" HOME "\033d\031\031\r", "oneone two"));
    EXPECT(gives("\031\027\025\013\r", ""));
}

TEST(words_are_passed_over_with_their_blanks)
{
    start(80, 80);
    EXPECT(gives("one  two\033bx\033[1;5Dy\033[1;5Cz\r", "one  yxtwoz"));
    EXPECT(gives("one two\033b\033b\033fx\r", "onex two"));
}

TEST(characters_around_the_cursor_are_exchanged)
{
    start(80, 80);
    EXPECT(gives("ab\024\r", "ba"));
    EXPECT(gives("\u00e4\u2500" LEFT "\024x\r", "\u2500\u00e4x"));
    EXPECT(gives("a\024" HOME "\024\r", "a"));
    EXPECT(gives("\024\r", ""));
}

TEST(a_line_that_is_left_is_empty)
{
    start(80, 80);
    EXPECT_STATUS(STATUS_CANCELLED, type_bytes("abc\003", 4));
    EXPECT(line[0] == '\0');
    EXPECT(memcmp(terminal.written, "> abc^C\n", 8) == 0);
    EXPECT_STATUS(STATUS_DISCONNECTED_SENDER, type_bytes("\004", 1));
    EXPECT_STATUS(STATUS_DISCONNECTED_SENDER, type_bytes("abc", 3));
    EXPECT(line[0] == '\0' && !display_wrong);
    EXPECT(gives(UP "\r", ""));
}

TEST(a_return_and_a_new_line_together_are_one_enter)
{
    start(80, 80);
    const char *keys = "a\r\nb\nc\r\r\n";
    give(keys, strlen(keys));
    const char *const expected[] = {"a", "b", "c", ""};
    for (size_t i = 0; i < 4; i++) {
        EXPECT_STATUS(STATUS_OK, read_line("> ", line, sizeof line));
        EXPECT(strcmp(line, expected[i]) == 0);
    }
}

TEST(history_goes_back_and_comes_forward_to_what_was_typed)
{
    start(80, 80);
    EXPECT(gives("one\r", "one") && gives("two\r", "two"));
    EXPECT(gives(UP "\r", "two"));
    EXPECT(gives(UP UP UP "\r", "one"));
    EXPECT(gives("dra" UP UP DOWN DOWN DOWN "ft\r", "draft"));
    EXPECT(gives("x" UP "y\r", "drafty"));
}

TEST(history_keeps_neither_empty_lines_nor_repetitions)
{
    start(80, 80);
    EXPECT(gives("one\r", "one") && gives("two\r", "two") && gives("two\r", "two"));
    EXPECT(gives("\r", ""));
    EXPECT(gives("\020\020\r", "one"));
}

TEST(history_forgets_the_oldest_line_when_it_is_full)
{
    start(80, 80);
    char keys[] = "00\r";
    for (size_t i = 0; i < LINE_EDITOR_LINES + 5; i++) {
        keys[0] = (char)('0' + i / 10);
        keys[1] = (char)('0' + i % 10);
        EXPECT_STATUS(STATUS_OK, type_bytes(keys, 3));
    }
    char back[4 * LINE_EDITOR_LINES] = "";
    for (size_t i = 0; i < LINE_EDITOR_LINES + 3; i++)
        memcpy(back + 3 * i, UP, 3);
    memcpy(back + 3 * (LINE_EDITOR_LINES + 3), "\r", 1);
    EXPECT_STATUS(STATUS_OK, type_bytes(back, 3 * (LINE_EDITOR_LINES + 3) + 1));
    EXPECT(strcmp(line, "05") == 0 && !display_wrong);
}

TEST(a_line_goes_on_in_the_next_row)
{
    start(10, 10);
    EXPECT(gives("0123456789abcdefghij\r", "0123456789abcdefghij"));
    EXPECT(gives("01234567\r", "01234567"));
    EXPECT(gives("01234567" LEFT RIGHT "8" HOME "x" END "y\177\177\177\177\r", "x012345"));
}

TEST(a_line_that_fills_its_row_leaves_no_empty_row)
{
    start(10, 10);
    EXPECT(gives("01234567\r", "01234567"));
    EXPECT(terminal.row == 1 && terminal.column == 0);
    EXPECT(gives("0123456\r", "0123456"));
    EXPECT(terminal.row == 2 && terminal.column == 0);
}

TEST(a_wider_terminal_shows_the_same)
{
    start(10, 100);
    EXPECT(gives("0123456789abc" HOME "x\013\031y\r", "x0123456789abcy"));
    EXPECT(gives("01234567" LEFT LEFT "xyz\027ab\r", "ab67"));
}

TEST(a_long_line_at_the_bottom_of_the_screen_scrolls)
{
    start(10, 10);
    for (size_t i = 0; i < ROWS; i++)
        EXPECT(gives("x\r", "x"));
    EXPECT(gives("0123456789abcdefghijkl" HOME "yz" END "\177\r", "yz0123456789abcdefghijk"));
}

TEST(a_full_line_takes_no_more)
{
    start(80, 80);
    char small[4];
    give("abcd\u00e4\r", 7);
    EXPECT_STATUS(STATUS_OK, read_line("> ", small, sizeof small));
    EXPECT(strcmp(small, "abc") == 0);
    give("ab\u00e4" UP "\r", 8);
    EXPECT_STATUS(STATUS_OK, read_line("> ", small, sizeof small));
    EXPECT(strcmp(small, "abc") == 0 && !display_wrong);
    EXPECT_STATUS(STATUS_INVALID, read_line("> ", small, 0));
}

TEST(a_line_from_history_that_is_too_long_is_cut_between_characters)
{
    start(80, 80);
    char small[4];
    EXPECT(gives("ab\u00e4c\r", "ab\u00e4c"));
    give(UP "\r", 4);
    EXPECT_STATUS(STATUS_OK, read_line("> ", small, sizeof small));
    EXPECT(strcmp(small, "ab") == 0);
}

TEST(marks_in_the_prompt_take_no_room)
{
    start(10, 10);
    give("0123456789" HOME "x\r", 15);
    const char *prompt = "\033]133;A\a> \033]133;B\a";
    EXPECT_STATUS(STATUS_OK, read_line(prompt, line, sizeof line));
    EXPECT(strcmp(line, "x0123456789") == 0 && !display_wrong);
}

TEST(a_prompt_as_wide_as_the_terminal_puts_the_line_below)
{
    start(10, 10);
    expect_prompt("123456789>");
    give("ab" LEFT "x" HOME "y\r", 11);
    EXPECT_STATUS(STATUS_OK, read_line("123456789>", line, sizeof line));
    EXPECT(strcmp(line, "yaxb") == 0 && !display_wrong);
}

TEST(bytes_that_are_no_text_and_unknown_sequences_are_ignored)
{
    start(80, 80);
    EXPECT(gives("a\x80\xFF"
                 "b\xE2\x94"
                 "c\xC0\xAF\xED\xA0\x80"
                 "d\r",
                 "abcd"));
    EXPECT(gives("a\033[99zb\033[200~c\033xd\033OPe\016\a\r", "abcde"));
    EXPECT(gives("a\033\033[Db\r", "ba"));
    EXPECT(gives("a\033\r", "a"));
}

TEST(the_screen_is_cleared_around_the_line)
{
    start(10, 10);
    EXPECT(gives("old\r", "old"));
    EXPECT(gives("0123456789" LEFT "\014x\r", "012345678x9"));
    EXPECT(terminal.row == 2 && terminal.cells[0][0] == '>');
}

static const char *const commands[] = {"cells",  "cells_old", "channel",
                                       "memory", "m\u00e4",   "m\u00e5"};

static bool complete_command(struct line_editor *this, const struct line_word *word, size_t index,
                             char *candidate, size_t size)
{
    (void)this;
    const size_t length = word->end - word->start;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strncmp(commands[i], word->line + word->start, length) == 0 && index-- == 0) {
            memcpy(candidate, commands[i], lesser(strlen(commands[i]) + 1, size));
            return true;
        }
    return false;
}

TEST(a_word_with_one_candidate_is_completed_with_a_blank)
{
    start(80, 80);
    completing = true;
    EXPECT(gives("me\tx\r", "memory x"));
    EXPECT(gives("x me\t\r", "x memory "));
    EXPECT(gives("me x" LEFT LEFT "\ty\r", "memoryy x"));
}

TEST(a_word_with_several_candidates_is_completed_as_far_as_they_agree)
{
    start(80, 80);
    completing = true;
    EXPECT(gives("ce\t\r", "cells"));
    EXPECT(gives("m\303\244\tx\r", "m\u00e4 x"));
    EXPECT(gives("unknown\t\r", "unknown"));
}

TEST(candidates_are_listed_where_nothing_more_is_common)
{
    const char *narrow = "> c\ncells\ncells_old\nchannel\n> c";
    start(20, 20);
    completing = true;
    EXPECT(gives("c\th\t\r", "channel "));
    EXPECT(memcmp(terminal.written, narrow, strlen(narrow)) == 0);
    const char *wide = "> c\ncells      cells_old  channel\n> c";
    start(40, 40);
    completing = true;
    EXPECT(gives("c\th\t\r", "channel "));
    EXPECT(memcmp(terminal.written, wide, strlen(wide)) == 0);
}

TEST(any_keys_in_any_order_leave_display_and_line_in_step)
{
    static const char *const keys[] = {
        "a",     "b ",    "\u00e4",  "\u2500",    "word ", LEFT,   RIGHT,   HOME,
        END,     "\177",  "\004",    "\013",      "\025",  "\027", "\031",  "\024",
        "\033b", "\033f", UP,        DOWN,        "\t",    "\014", "\033d", "0123456789",
        "x",     "y",     "\033[3~", (LEFT LEFT), "z z",   "me\t", " ",     "\r"};
    uint32_t state = 3;
    start(13, 13);
    for (size_t round = 0; round < 400; round++) {
        char typed[512];
        size_t length = 0;
        editor.columns = 7 + (uint32_t)(round % 9);
        terminal.columns = round % 2 ? editor.columns : 20;
        completing = true;
        for (size_t i = 0; i < 30; i++) {
            state = state * 1103515245 + 12345;
            const char *key = keys[(state >> 16) % (sizeof keys / sizeof keys[0])];
            // On an empty line, Ctrl-D would end the input.
            if (key[0] == '\004')
                key = "k\004";
            memcpy(typed + length, key, strlen(key));
            length += strlen(key);
        }
        typed[length++] = '\r';
        EXPECT_STATUS(STATUS_OK, type_bytes(typed, length));
        EXPECT(!display_wrong);
    }
}
