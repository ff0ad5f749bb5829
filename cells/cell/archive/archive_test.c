// SPDX-License-Identifier: MIT
#include <cell/archive.h>
#include <cell/test.h>

#define PLAIN "000081A4"
#define FIELDS_BEFORE_SIZE "00000000000000000000000100000000"
#define FIELDS_AFTER_SIZE "00000000000000000000000000000000"
#define HEADER(mode, data_size, name_size)                                                         \
    "070701"                                                                                       \
    "00000001" mode FIELDS_BEFORE_SIZE data_size FIELDS_AFTER_SIZE name_size "00000000"
#define SEAL                                                                                       \
    HEADER(PLAIN, "00000015", "00000005")                                                          \
    "SEAL\0"                                                                                       \
    "\0theoris-archive 1.0\nx\0\0\0"
#define FIRST HEADER(PLAIN, "00000003", "00000007") "a.cell\0\0\0\0one\0"
#define SECOND HEADER(PLAIN, "00000004", "00000007") "b.cell\0\0\0\0four"
#define EMPTY HEADER(PLAIN, "00000000", "00000006") "empty\0"
#define TRAILER HEADER("00000000", "00000000", "0000000b") "TRAILER!!!\0\0\0\0"
#define GOOD SEAL FIRST SECOND EMPTY TRAILER

/// Without the zero that ends the literal.
#define OPEN(literal, archive) archive_open((literal), sizeof(literal) - 1, (archive))
#define EXPECT_OPEN(expected, literal)                                                             \
    do {                                                                                           \
        struct archive archive;                                                                    \
        struct archive_member member;                                                              \
        size_t cursor = 0;                                                                         \
        EXPECT_STATUS(expected, OPEN(literal, &archive));                                          \
        EXPECT(archive_next(&archive, &cursor, &member) == ((expected) == STATUS_OK));             \
    } while (0)

static bool is_member(const struct archive_member *member, const char *name, const char *data)
{
    const struct text bytes = {(const char *)member->data, member->size};
    return text_equal(member->name, text_of(name)) && text_equal(bytes, text_of(data));
}

TEST(members_come_in_order_without_the_seal)
{
    struct archive archive;
    struct archive_member member;
    size_t cursor = 0;
    EXPECT_STATUS(STATUS_OK, OPEN(GOOD, &archive));
    EXPECT(archive_next(&archive, &cursor, &member) && is_member(&member, "a.cell", "one"));
    EXPECT(archive_next(&archive, &cursor, &member) && is_member(&member, "b.cell", "four"));
    EXPECT(archive_next(&archive, &cursor, &member) && is_member(&member, "empty", ""));
    EXPECT(!archive_next(&archive, &cursor, &member));
    EXPECT(!archive_next(&archive, &cursor, &member) && is_member(&member, "empty", ""));
}

TEST(members_are_found_by_their_whole_name)
{
    struct archive archive;
    struct archive_member member;
    EXPECT_STATUS(STATUS_OK, OPEN(GOOD, &archive));
    EXPECT_STATUS(STATUS_OK, archive_find(&archive, text_of("b.cell"), &member));
    EXPECT(is_member(&member, "b.cell", "four"));
    EXPECT_STATUS(STATUS_NOT_FOUND, archive_find(&archive, text_of("b.cel"), &member));
    EXPECT_STATUS(STATUS_NOT_FOUND, archive_find(&archive, text_of(""), &member));
    EXPECT_STATUS(STATUS_NOT_FOUND, archive_find(&archive, text_of("SEAL"), &member));
    EXPECT_STATUS(STATUS_NOT_FOUND, archive_find(&archive, text_of("TRAILER!!!"), &member));
}

TEST(an_archive_of_nothing_but_the_seal_is_empty)
{
    struct archive archive;
    struct archive_member member;
    size_t cursor = 0;
    EXPECT_STATUS(STATUS_OK, OPEN(SEAL TRAILER, &archive));
    EXPECT(!archive_next(&archive, &cursor, &member));
}

TEST(only_zeros_may_follow_the_trailer)
{
    EXPECT_OPEN(STATUS_OK, GOOD "\0\0\0\0\0");
    EXPECT_OPEN(STATUS_DAMAGED, GOOD "\0\0\0x\0");
}

TEST(every_shorter_archive_is_damaged)
{
    static const char good[] = GOOD;
    for (size_t size = 0; size < sizeof good - 1; size++) {
        struct archive archive;
        EXPECT_STATUS(STATUS_DAMAGED, archive_open(size ? good : nullptr, size, &archive));
    }
}

TEST(the_seal_comes_first_and_only_once)
{
    EXPECT_OPEN(STATUS_DAMAGED, FIRST TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL SEAL TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, TRAILER);
}

TEST(a_seal_of_another_major_version_is_unsupported)
{
    EXPECT_OPEN(STATUS_UNSUPPORTED, HEADER(PLAIN, "00000014", "00000005") //
                "SEAL\0\0theoris-archive 2.0\n" FIRST TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, HEADER(PLAIN, "00000014", "00000005") //
                "SEAL\0\0anothers-archive 1.\n" FIRST TRAILER);
}

TEST(a_header_without_magic_or_digits_is_damaged)
{
    EXPECT_OPEN(STATUS_DAMAGED, SEAL FIRST "070702" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "0000000g", "00000006") "a.cel\0" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "0x000000", "00000006") "a.cel\0" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER("-0081A4 ", "00000000", "00000006") "a.cel\0" TRAILER);
}

TEST(a_name_is_printable_and_ended)
{
    EXPECT_OPEN(STATUS_OK, SEAL HEADER(PLAIN, "00000000", "00000006") "a.cel\0" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "00000000", "00000006") "a.cell" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "00000000", "00000006") "a\0cel\0" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "00000000", "00000006") "a\ncel\0" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "00000000", "00000006") "a/cel\0" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "00000000", "00000002") "\0\0" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "00000000", "00000000") "\0\0" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "00000000", "ffffffff") "a.cel\0" TRAILER);
}

TEST(a_size_beyond_the_archive_is_damaged)
{
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "ffffffff", "00000006") "a.cel\0" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED, SEAL HEADER(PLAIN, "00001000", "00000006") "a.cel\0" TRAILER);
    EXPECT_OPEN(STATUS_DAMAGED,
                SEAL HEADER(PLAIN, "00000004", "0000000b") "TRAILER!!!\0\0\0\0four");
}

TEST(a_member_that_is_no_plain_file_is_unsupported)
{
    EXPECT_OPEN(STATUS_UNSUPPORTED, SEAL HEADER("000041ED", "00000000", "00000006") //
                "a.dir\0" TRAILER);
}
