// SPDX-License-Identifier: MIT
#include <cell/annotations.h>
#include <libc/string.h>
#include <stdint.h>

#include <cell/test.h>

enum : size_t {
    LONGEST = 140, ///< past every threshold between the ways to move a block
    MARGIN = 16,   ///< bytes on either side that must not change
};

STATE char area[LONGEST * 2 + MARGIN * 2];
STATE char expected[LONGEST * 2 + MARGIN * 2];

/// Different in every byte of the area that matters.
static void area_fill(void)
{
    for (size_t i = 0; i < sizeof area; i++)
        area[i] = expected[i] = (char)(i * 7 + i / 256);
}

static bool area_as_expected(void)
{
    for (size_t i = 0; i < sizeof area; i++)
        if (area[i] != expected[i])
            return false;
    return true;
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

TEST(a_copy_of_any_length_and_alignment_writes_just_its_bytes)
{
    char source[LONGEST + 8];
    for (size_t i = 0; i < sizeof source; i++)
        source[i] = (char)(200 - i);
    for (size_t size = 0; size <= LONGEST; size++)
        for (size_t offset = 0; offset < 8; offset++) {
            area_fill();
            char *to = area + MARGIN + offset;
            const char *from = source + (offset * 3) % 8;
            for (size_t i = 0; i < size; i++)
                expected[MARGIN + offset + i] = from[i];
            EXPECT(memcpy(to, from, size) == to);
            EXPECT(area_as_expected());
        }
}

TEST(overlapping_blocks_move_whole_in_both_directions)
{
    for (size_t size = 0; size <= LONGEST; size++)
        for (size_t distance = 0; distance <= 70; distance += distance < 18 ? 1 : 13)
            for (int up = 0; up < 2; up++) {
                area_fill();
                const size_t low = MARGIN;
                const size_t to = up ? low + distance : low;
                const size_t from = up ? low : low + distance;
                char copy[LONGEST];
                for (size_t i = 0; i < size; i++)
                    copy[i] = area[from + i];
                for (size_t i = 0; i < size; i++)
                    expected[to + i] = copy[i];
                EXPECT(memmove(area + to, area + from, size) == area + to);
                EXPECT(area_as_expected());
            }
}

TEST(a_fill_of_any_length_and_alignment_writes_just_its_bytes)
{
    for (size_t size = 0; size <= LONGEST; size++)
        for (size_t offset = 0; offset < 8; offset++) {
            area_fill();
            char *to = area + MARGIN + offset;
            for (size_t i = 0; i < size; i++)
                expected[MARGIN + offset + i] = (char)0xA5;
            EXPECT(memset(to, 0x7A5, size) == to);
            EXPECT(area_as_expected());
        }
}

TEST(blocks_compare_by_their_first_difference_as_unsigned_bytes)
{
    char a[40];
    char b[40];
    for (size_t size = 1; size <= sizeof a; size++)
        for (size_t place = 0; place < size; place++) {
            memset(a, 1, sizeof a);
            memset(b, 1, sizeof b);
            a[place] = (char)0x80;
            b[place] = 0x7F;
            for (size_t later = place + 1; later < size; later++)
                b[later] = (char)0xFF;
            EXPECT(memcmp(a, b, size) > 0);
            EXPECT(memcmp(b, a, size) < 0);
            EXPECT(memcmp(a, b, place) == 0);
        }
}

TEST(a_comparison_of_nothing_is_equal_and_reads_nothing)
{
    char empty[1];
    EXPECT(memcmp(empty + 1, empty + 1, 0) == 0);
    EXPECT(strncmp(empty + 1, empty + 1, 0) == 0);
    EXPECT(strnlen(empty + 1, 0) == 0);
}

TEST(lengths_end_at_the_zero_or_at_the_limit)
{
    const char text[] = {'a', 'b', 'c', '\0', 'd', '\0'};
    EXPECT(strlen(text) == 3);
    EXPECT(strlen(text + 3) == 0);
    EXPECT(strnlen(text, 2) == 2);
    EXPECT(strnlen(text, 3) == 3);
    EXPECT(strnlen(text, SIZE_MAX) == 3);
}

TEST(texts_are_ordered_as_unsigned_bytes_and_a_prefix_comes_first)
{
    EXPECT(strcmp("", "") == 0);
    EXPECT(strcmp("cell", "cell") == 0);
    EXPECT(sign(strcmp("cell", "cells")) == -1);
    EXPECT(sign(strcmp("cells", "cell")) == 1);
    EXPECT(sign(strcmp("\x80", "\x7F")) == 1);
    EXPECT(sign(strcmp("a", "b")) == -1);
}

TEST(a_limited_comparison_stops_at_the_limit_and_at_the_end)
{
    EXPECT(strncmp("cell_a", "cell_b", 5) == 0);
    EXPECT(sign(strncmp("cell_a", "cell_b", 6)) == -1);
    EXPECT(sign(strncmp("cell", "cells", 9)) == -1);
    const char one[] = {'x', '\0', 'p'};
    const char other[] = {'x', '\0', 'q'};
    EXPECT(strncmp(one, other, 3) == 0);
    EXPECT(sign(strncmp("\x80", "\x7F", 1)) == 1);
}

TEST(a_character_is_found_where_it_first_stands)
{
    const char *text = "kernel";
    EXPECT(strchr(text, 'e') == text + 1);
    EXPECT(strchr(text, 'e' + 256) == text + 1);
    EXPECT(strchr(text, 'x') == nullptr);
    EXPECT(strchr(text, '\0') == text + 6);
}
