// SPDX-License-Identifier: MIT
#include <app/command.h>
#include <cell/test.h>
#include <cell/text.h>

static bool splits_into(const char *source, const char *a, const char *b, const char *c)
{
    const char *expected[] = {a, b, c};
    char line[64];
    char *words[COMMAND_WORDS + 1];
    int count = -1;
    size_t i = 0;
    do
        line[i] = source[i];
    while (source[i++] != '\0');
    if (command_split(line, &count, words) != STATUS_OK)
        return false;
    int wanted = 0;
    while (wanted < 3 && expected[wanted])
        wanted++;
    for (int word = 0; word < wanted && word < count; word++)
        if (!text_equal(text_of(words[word]), text_of(expected[word])))
            return false;
    return count == wanted && !words[count];
}

TEST(blanks_separate_words)
{
    EXPECT(splits_into("", nullptr, nullptr, nullptr));
    EXPECT(splits_into("   ", nullptr, nullptr, nullptr));
    EXPECT(splits_into("echo", "echo", nullptr, nullptr));
    EXPECT(splits_into("  a  bc   d ", "a", "bc", "d"));
}

TEST(quotes_and_backslashes_keep_blanks)
{
    EXPECT(splits_into("'a b' c", "a b", "c", nullptr));
    EXPECT(splits_into("\"a 'b\" c\\ d", "a 'b", "c d", nullptr));
    EXPECT(splits_into("a'b'c '' x", "abc", "", "x"));
    EXPECT(splits_into("'\\' \"\\\"\" \\\\", "\\", "\"", "\\"));
}

TEST(an_open_quote_is_refused)
{
    char line[] = "echo 'a b";
    char *words[COMMAND_WORDS + 1];
    int count;
    EXPECT_STATUS(STATUS_INVALID, command_split(line, &count, words));
}

// Fills `line` with `count` words of a letter each.
static void write_words(char *line, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        line[2 * i] = 'a';
        line[2 * i + 1] = ' ';
    }
    line[2 * count] = '\0';
}

TEST(too_many_words_are_refused)
{
    char line[2 * COMMAND_WORDS + 4];
    char *words[COMMAND_WORDS + 1];
    int count;
    write_words(line, COMMAND_WORDS + 1);
    EXPECT_STATUS(STATUS_OVERFLOW, command_split(line, &count, words));
    write_words(line, COMMAND_WORDS);
    EXPECT_STATUS(STATUS_OK, command_split(line, &count, words));
    EXPECT(count == COMMAND_WORDS && !words[COMMAND_WORDS]);
}
