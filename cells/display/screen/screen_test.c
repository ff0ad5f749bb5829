// SPDX-License-Identifier: MIT
/// The picture is compared with what a plain, slow painter makes of the expected text, so that the
/// tests speak of characters and still cover every pixel. On the host only: inside the system they
/// would take the screen away from its user.
#include <display/font.h>
#include <display/screen.h>

#include <cell/test.h>

#if __STDC_HOSTED__
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum : uint32_t {
    COLUMNS = 10,
    ROWS = 4,
    WIDTH = COLUMNS * FONT_WIDTH,
    HEIGHT = ROWS * FONT_HEIGHT,
    STRIDE = WIDTH + 6,
    MARGIN = 64, ///< pixels around the framebuffer that must not change
    UNTOUCHED = 0x5A5A5A5A,
    GREY = 0xCCCCCC,
    WHITE = 0xFFFFFF,
    RED = 0xCD3131,
};

static uint32_t memory[MARGIN + STRIDE * HEIGHT + MARGIN];
static uint32_t *const picture = memory + MARGIN;

static void start(void)
{
    for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
        memory[i] = UNTOUCHED;
    screen_initialise(&(struct screen_framebuffer){picture, WIDTH, HEIGHT, STRIDE, false});
}

static void show(const char *text)
{
    screen_write(text, strlen(text));
}

/// The colour of a pixel if there is `code_point` in `colour` on black, under the cursor or not.
static uint32_t expected_pixel(uint32_t code_point, uint32_t colour, bool cursor, uint32_t x,
                               uint32_t y)
{
    if (cursor && y >= FONT_HEIGHT - 2)
        return WHITE;
    return font_glyph(code_point)[y] & 0x80 >> x ? colour : 0;
}

static bool cell_shows(uint32_t row, uint32_t column, uint32_t code_point, uint32_t colour,
                       bool cursor)
{
    for (uint32_t y = 0; y < FONT_HEIGHT; y++)
        for (uint32_t x = 0; x < FONT_WIDTH; x++) {
            const uint32_t *line = picture + (row * FONT_HEIGHT + y) * STRIDE;
            if (line[column * FONT_WIDTH + x] != expected_pixel(code_point, colour, cursor, x, y))
                return false;
        }
    return true;
}

/// Whether nothing outside the picture's lines was written.
static bool margins_untouched(void)
{
    for (uint32_t i = 0; i < MARGIN; i++)
        if (memory[i] != UNTOUCHED || picture[STRIDE * HEIGHT + i] != UNTOUCHED)
            return false;
    for (uint32_t y = 0; y < HEIGHT; y++)
        for (uint32_t x = WIDTH; x < STRIDE; x++)
            if (picture[y * STRIDE + x] != UNTOUCHED)
                return false;
    return true;
}

/// Whether the screen has these rows, ended by '|', in grey, and the cursor in that place.
static bool screen_shows(const char *rows, uint32_t cursor_row, uint32_t cursor_column)
{
    uint32_t row = 0;
    uint32_t column = 0;
    for (; row < ROWS; rows++) {
        const bool ended = *rows == '|' || *rows == '\0';
        do {
            const bool cursor = row == cursor_row && column == cursor_column;
            const uint32_t code_point = ended ? ' ' : (uint8_t)*rows;
            if (column < COLUMNS && !cell_shows(row, column, code_point, GREY, cursor))
                return false;
            column++;
        } while (ended && column < COLUMNS);
        if (ended) {
            row++;
            column = 0;
            rows -= *rows == '\0';
        }
    }
    return margins_untouched();
}

HOST_TEST(a_new_screen_is_black_with_the_cursor_at_the_top_left)
{
    start();
    EXPECT(screen_columns() == COLUMNS && screen_rows() == ROWS);
    show("a\b \b");
    EXPECT(screen_shows("", 0, 0));
}

HOST_TEST(text_appears_at_the_cursor_and_lines_begin_at_the_left)
{
    start();
    show("one\ntwo\r\nx\ty");
    EXPECT(screen_shows("one|two|x       y", 2, 9));
}

HOST_TEST(the_last_column_is_filled_before_a_line_wraps)
{
    start();
    show("0123456789");
    EXPECT(screen_shows("0123456789", 0, 9));
    show("a");
    EXPECT(screen_shows("0123456789|a", 1, 1));
}

HOST_TEST(a_new_line_after_a_full_line_leaves_no_empty_one)
{
    start();
    show("0123456789\nb");
    EXPECT(screen_shows("0123456789|b", 1, 1));
}

HOST_TEST(a_return_after_a_full_line_goes_back_to_its_start)
{
    start();
    show("0123456789\rx");
    EXPECT(screen_shows("x123456789", 0, 1));
}

HOST_TEST(a_backspace_moves_within_its_line_only)
{
    start();
    show("a\nb\b\b\bc\n0123456789\bx");
    EXPECT(screen_shows("a|c|01234567x9", 2, 9));
}

HOST_TEST(the_last_row_scrolls)
{
    start();
    show("1\n2\n3\n4");
    EXPECT(screen_shows("1|2|3|4", 3, 1));
    show("\n");
    EXPECT(screen_shows("2|3|4", 3, 0));
    show("5\n6");
    EXPECT(screen_shows("3|4|5|6", 3, 1));
}

HOST_TEST(a_full_last_row_scrolls_only_for_the_next_character)
{
    start();
    show("1\n2\n3\n0123456789");
    EXPECT(screen_shows("1|2|3|0123456789", 3, 9));
    show("a");
    EXPECT(screen_shows("2|3|0123456789|a", 3, 1));
}

HOST_TEST(a_text_longer_than_the_screen_leaves_its_end)
{
    start();
    show("left over");
    char text[4 * 200] = "";
    for (int i = 0; i < 200; i++)
        sprintf(text + strlen(text), "%d\n", i);
    show(text);
    EXPECT(screen_shows("197|198|199", 3, 0));
}

HOST_TEST(cursor_movements_stop_at_the_edges)
{
    start();
    show("\033[99C\033[99Bx");
    EXPECT(screen_shows("||"
                        "|         x",
                        3, 9));
    show("\033[99A\033[99Dy");
    EXPECT(screen_shows("y||"
                        "|         x",
                        0, 1));
    show("\033[3G\033[Bz\033[2D\033[Aw");
    EXPECT(screen_shows("yw|  z||         x", 0, 2));
}

HOST_TEST(the_cursor_goes_to_a_row_and_column_counted_from_one)
{
    start();
    show("\033[3;4Hx\033[Hy\033[0;0H\033[2Hz\033[99;99H");
    EXPECT(screen_shows("y|z|   x", 3, 9));
}

HOST_TEST(a_line_is_erased_after_before_and_all_around_the_cursor)
{
    start();
    show("0123456789\033[5G\033[K");
    EXPECT(screen_shows("0123", 0, 4));
    show("\n0123456789\033[5G\033[1K");
    EXPECT(screen_shows("0123|     56789", 1, 4));
    show("\033[2K");
    EXPECT(screen_shows("0123", 1, 4));
}

HOST_TEST(the_screen_is_erased_after_before_and_all_around_the_cursor)
{
    start();
    show("aaaa\nbbbb\ncccc\ndddd\033[3;3H\033[J");
    EXPECT(screen_shows("aaaa|bbbb|cc", 2, 2));
    show("\033[2;2H\033[1J");
    EXPECT(screen_shows("|  bb|cc", 1, 1));
    show("\033[2J");
    EXPECT(screen_shows("", 1, 1));
}

HOST_TEST(colours_apply_to_what_is_written_later)
{
    start();
    show("a\033[31mb\033[1;37mc\033[0md");
    EXPECT(cell_shows(0, 0, 'a', GREY, false));
    EXPECT(cell_shows(0, 1, 'b', RED, false));
    EXPECT(cell_shows(0, 2, 'c', WHITE, false));
    EXPECT(cell_shows(0, 3, 'd', GREY, false));
}

HOST_TEST(a_character_changes_colour_in_place)
{
    start();
    show("a\r\033[31ma\r\033[m");
    EXPECT(cell_shows(0, 0, 'a', RED, true));
    show("\n");
    EXPECT(cell_shows(0, 0, 'a', RED, false));
}

HOST_TEST(inverse_text_swaps_the_colours_of_blanks_too)
{
    start();
    show("\033[7m \033[27m \033[1;7;91ma\033[m");
    for (uint32_t i = 0; i < FONT_WIDTH; i++)
        EXPECT(picture[i] == GREY && picture[FONT_WIDTH + i] == 0);
    EXPECT(picture[2 * FONT_WIDTH] == 0xF14C4C);
    show("\r ");
    EXPECT(cell_shows(0, 0, ' ', GREY, false));
}

HOST_TEST(more_pairs_of_colours_than_brushes_keep_their_looks)
{
    start();
    for (int i = 0; i < 8; i++) {
        char text[16];
        sprintf(text, "\033[3%d;9%dmx", i, i);
        show(text);
    }
    show("\033[31mx");
    EXPECT(cell_shows(0, 8, 'x', RED, false));
    EXPECT(cell_shows(0, 1, 'x', 0xF14C4C, false));
}

HOST_TEST(characters_beyond_ascii_have_their_glyphs)
{
    start();
    show("\u00e4\u2500\u2588");
    EXPECT(cell_shows(0, 0, 0xE4, GREY, false));
    EXPECT(cell_shows(0, 1, 0x2500, GREY, false));
    EXPECT(cell_shows(0, 2, 0x2588, GREY, false));
}

HOST_TEST(any_character_replaces_any_other)
{
    start();
    for (uint32_t old = ' '; old < 0x7F; old++)
        for (uint32_t new = ' '; new < 0x7F; new ++) {
            const char text[] = {'\r', (char)old, (char)new, '\r', (char)new, 'x'};
            screen_write(text, 3);
            screen_write(text + 3, sizeof text - 3);
            EXPECT(cell_shows(0, 0, new, GREY, false));
            EXPECT(cell_shows(0, 1, 'x', GREY, false));
        }
}

HOST_TEST(malformed_utf_8_shows_replacements_and_hides_nothing)
{
    start();
    show("\x80"
         "a\xE2\x94"
         "b\xC0\xAF"
         "\xED\xA0\x80");
    const uint32_t expected[] = {0xFFFD, 'a', 0xFFFD, 'b', 0xFFFD, 0xFFFD, 0xFFFD};
    for (uint32_t i = 0; i < 7; i++)
        EXPECT(cell_shows(0, i, expected[i], GREY, false));
    EXPECT(cell_shows(0, 7, ' ', GREY, true));
}

HOST_TEST(strings_and_unknown_sequences_leave_no_trace)
{
    start();
    show("a\033]133;A\ab\033]0;title\033\\c\033[?25h\033[5n\033(Bd\033[38;5;196me\a");
    EXPECT(screen_shows("abcde", 0, 5));
}

HOST_TEST(an_unended_string_is_left_at_the_end_of_its_line)
{
    start();
    show("a\033]0;title\nb");
    EXPECT(screen_shows("a|b", 1, 1));
}

HOST_TEST(a_text_looks_the_same_wherever_it_is_split)
{
    const char *text = "\033[31m\u00e4\033[0m\033]133;D;0\033\\x\033[2;3H\u2500y\033[1Dz\033[K";
    static uint32_t whole[STRIDE * HEIGHT];
    start();
    show(text);
    memcpy(whole, picture, sizeof whole);
    for (size_t split = 0; split <= strlen(text); split++) {
        start();
        screen_write(text, split);
        screen_write(text + split, strlen(text) - split);
        EXPECT(memcmp(whole, picture, sizeof whole) == 0);
    }
    start();
    for (size_t i = 0; i < strlen(text); i++)
        screen_write(text + i, 1);
    EXPECT(memcmp(whole, picture, sizeof whole) == 0);
}

HOST_TEST(red_is_in_the_lowest_byte_where_the_framebuffer_wants_it)
{
    screen_initialise(&(struct screen_framebuffer){picture, WIDTH, HEIGHT, STRIDE, true});
    show("\033[31m\u2588");
    EXPECT(picture[0] == 0x3131CD);
}

HOST_TEST(without_a_framebuffer_writes_are_ignored)
{
    start();
    screen_initialise(nullptr);
    show("text");
    EXPECT(screen_columns() == 0 && screen_rows() == 0);
    screen_initialise(&(struct screen_framebuffer){picture, FONT_WIDTH, FONT_HEIGHT - 1, 8, false});
    show("text");
    EXPECT(screen_columns() == 0 && margins_untouched());
}

HOST_TEST(a_larger_picture_is_used_in_its_middle)
{
    const uint32_t width = 250 * FONT_WIDTH;
    const uint32_t height = 90 * FONT_HEIGHT + 6;
    uint32_t *large = malloc((size_t)width * height * sizeof *large);
    screen_initialise(&(struct screen_framebuffer){large, width, height, width, false});
    const bool size_right = screen_columns() == 240 && screen_rows() == 80;
    show("\033[80;240H\033[31m\u2588");
    const uint32_t bottom = (5 + 80) * FONT_HEIGHT + 3 - 1;
    const uint32_t right = (5 + 240) * FONT_WIDTH - 1;
    const uint32_t inside = large[(bottom - 2) * width + right];
    const uint32_t outside = large[(bottom - 2) * width + right + 1];
    const uint32_t below = large[(bottom + 1) * width + right];
    screen_initialise(nullptr);
    free(large);
    EXPECT(size_right);
    EXPECT(inside == RED && outside == 0 && below == 0);
}

HOST_TEST(random_text_shows_as_if_it_had_been_drawn_at_once)
{
    static uint32_t incremental[STRIDE * HEIGHT];
    const char *const pieces[] = {
        "a",       "word ",   "\n",       "\b",     "\r",     "\t",           "\033[A",    "\033[K",
        "\033[7m", "\033[0m", "\033[34m", "\u2588", "\033[J", "0123456789ab", "\033[2;5H", "   "};
    unsigned state = 7;
    for (int round = 0; round < 300; round++) {
        char text[1024] = "";
        for (int i = 0; i < 40; i++) {
            state = state * 1103515245 + 12345;
            strcat(text, pieces[state >> 16 & 15]);
        }
        start();
        for (size_t i = 0; i < strlen(text); i++)
            screen_write(text + i, 1);
        memcpy(incremental, picture, sizeof incremental);
        start();
        show(text);
        EXPECT(memcmp(incremental, picture, sizeof incremental) == 0);
        EXPECT(margins_untouched());
    }
}
#endif
