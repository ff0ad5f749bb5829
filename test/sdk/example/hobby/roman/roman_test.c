// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <cell/text.h>
#include <hobby/roman.h>

static bool writes(unsigned number, const char *expected)
{
    char numeral[ROMAN_SIZE];
    return roman_write(number, numeral) == STATUS_OK &&
           text_equal(text_of(numeral), text_of(expected));
}

TEST(numbers_are_written_from_the_largest_letter_down)
{
    EXPECT(writes(1, "I"));
    EXPECT(writes(1994, "MCMXCIV"));
    EXPECT(writes(3888, "MMMDCCCLXXXVIII"));
}

TEST(the_romans_had_no_zero_and_no_4000)
{
    char numeral[ROMAN_SIZE];
    EXPECT_STATUS(STATUS_OVERFLOW, roman_write(0, numeral));
    EXPECT_STATUS(STATUS_OVERFLOW, roman_write(4000, numeral));
}
