// SPDX-License-Identifier: MIT
#include <cell/annotations.h>
#include <cell/cell_metadata.h>
#include <cell/line_table.h>
#include <cell/test.h>

// Two files; section 0 without rows; section 1: a.c:10 from 0, b.h:7 from 4, nothing from 6,
// a.c:200 from 8.
static const uint8_t sample[] = {
    1,                                         // version
    2,  3,  'a',  '.',  'c', 3, 'b', '.', 'h', // files
    2,  0,                                     // sections, and the rows of the first
    14, 1,  0,    20,                          // +0, file 0, line +10
    9,  1,  5,                                 // +4, file 1, line -3
    4,  13,                                    // +2, line -7
    5,  0,  0x90, 0x03,                        // +2, file 0, line +200
    0,  0,                                     // a row that changes nothing
};

static enum status read_sample(size_t section, uint64_t offset, struct line_location *location)
{
    return line_table_read(sample, sizeof sample, section, offset, location);
}

static bool is_at(const struct line_location *location, const char *file, unsigned line)
{
    return text_equal(location->file, text_of(file)) && location->line == line;
}

TEST(an_offset_has_the_line_of_the_last_row_before_it)
{
    struct line_location location;
    for (unsigned offset = 0; offset < 4; offset++) {
        EXPECT_STATUS(STATUS_OK, read_sample(1, offset, &location));
        EXPECT(is_at(&location, "a.c", 10));
    }
    EXPECT_STATUS(STATUS_OK, read_sample(1, 5, &location));
    EXPECT(is_at(&location, "b.h", 7));
    EXPECT_STATUS(STATUS_OK, read_sample(1, 1000, &location));
    EXPECT(is_at(&location, "a.c", 200));
}

TEST(what_has_no_line_is_not_found)
{
    struct line_location location;
    EXPECT_STATUS(STATUS_NOT_FOUND, read_sample(1, 6, &location));
    EXPECT_STATUS(STATUS_NOT_FOUND, read_sample(0, 0, &location));
    EXPECT_STATUS(STATUS_NOT_FOUND, read_sample(2, 0, &location));
}

TEST(another_version_is_unsupported)
{
    static const uint8_t newer[] = {2, 0, 0};
    struct line_location location;
    EXPECT_STATUS(STATUS_UNSUPPORTED, line_table_read(newer, sizeof newer, 0, 0, &location));
}

TEST(a_table_that_is_cut_is_damaged)
{
    struct line_location location;
    for (size_t size = 0; size < sizeof sample; size++)
        EXPECT_STATUS(STATUS_DAMAGED, line_table_read(sample, size, 1, 0, &location));
}

static enum status read_rows(const uint8_t (*rows)[10], struct line_location *location)
{
    uint8_t table[16] = {1, 1, 1, 'f', 1, 10};
    for (unsigned i = 0; i < 10; i++)
        table[6 + i] = (*rows)[i];
    return line_table_read(table, sizeof table, 0, 100, location);
}

TEST(wrong_numbers_are_damage)
{
    static const uint8_t bad[][10] = {
        {1, 1, 20},                                                // no such file
        {0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, // beyond 63 bits
        {0, 3},                                                    // a line below 0
        {0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F}, // a line beyond int
    };
    struct line_location location;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        EXPECT_STATUS(STATUS_DAMAGED, read_rows(&bad[i], &location));
}

SYSTEM_TEST(a_cell_that_nano_core_was_linked_from_has_lines)
{
    struct line_location location;
    EXPECT_STATUS(STATUS_OK, line_find((uint64_t)cell_of, &location));
    EXPECT(text_equal(location.file, text_of("cells/cell/cell_metadata/cell_metadata.c")));
    EXPECT_STATUS(STATUS_OK, line_find((uint64_t)line_find, &location));
    EXPECT(text_equal(location.file, text_of("cells/cell/line_table/site.c")));
}

SYSTEM_TEST(a_loaded_cell_has_lines)
{
    struct line_location location;
    EXPECT_STATUS(STATUS_OK, line_find((uint64_t)is_at, &location));
    EXPECT(text_equal(location.file, text_of("cells/cell/line_table/line_table_test.c")));
    EXPECT(location.line > 20 && location.line < 40);
}

STATE int data;

SYSTEM_TEST(an_address_in_no_text_has_no_line)
{
    struct line_location location;
    EXPECT_STATUS(STATUS_NOT_FOUND, line_find((uint64_t)&data, &location));
    EXPECT_STATUS(STATUS_NOT_FOUND, line_find(0, &location));
    EXPECT_STATUS(STATUS_NOT_FOUND, line_find((uint64_t)sample, &location));
    EXPECT(!line_is_call_check((uint64_t)&data));
}

// Finds the instruction UD2 of a function's only check.
UNSAFE(INNOCUOUS, "code is read as bytes")
[[maybe_unused]] static uint64_t find_ud2(uint64_t start)
{
    const uint8_t *code = (const uint8_t *)start;
    for (unsigned i = 0; i < 64; i++)
        if (code[i] == 0x0F && code[i + 1] == 0x0B)
            return start + i;
    return 0;
}

[[gnu::noinline, maybe_unused]] static int call(int (*function)(int))
{
    return function(1) + 1;
}

SYSTEM_TEST(the_check_of_a_call_is_found)
{
    int (*volatile caller)(int (*)(int)) = call;
    const uint64_t check = find_ud2((uint64_t)caller);
    EXPECT(check != 0);
    EXPECT(line_is_call_check(check));
    EXPECT(!line_is_call_check(check - 1));
    EXPECT(!line_is_call_check((uint64_t)caller));
}
