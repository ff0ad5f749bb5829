// SPDX-License-Identifier: MIT
// Sections are laid out by hand, one or two entries each, with hashes that are not computed: this
// cell compares them and no more.
#include <cell/cell_abi.h>
#include <cell/test.h>

enum { MOST = 1024, HEADER = 40, ENTRY = 40, HASH_PLACE = 24 };

struct section {
    uint8_t bytes[MOST];
    size_t size;
};

struct row {
    enum cell_abi_kind kind;
    uint8_t hash; ///< its first byte; the others are 0
    const char *name;
    const char *text;
    const char *part; ///< null: it has none
};

static void put(struct section *section, size_t place, uint32_t value)
{
    for (size_t i = 0; i < 4; i++, value >>= 8)
        section->bytes[place + i] = (uint8_t)value;
}

// Appends a string; gives its offset among the strings.
static uint32_t put_string(struct section *section, size_t strings, const char *string)
{
    const uint32_t offset = (uint32_t)(section->size - strings);
    do
        section->bytes[section->size++] = (uint8_t)*string;
    while (*string++ != '\0');
    return offset;
}

static void put_header(struct section *section, uint32_t count, size_t strings)
{
    static const char magic[4] = {'C', 'A', 'B', 'I'};
    for (size_t i = 0; i < sizeof magic; i++)
        section->bytes[i] = (uint8_t)magic[i];
    put(section, 4, 1); // version 1.0
    put(section, 8, count);
    put(section, 12, ENTRY);
    put(section, 16, HEADER);
    put(section, 20, HEADER + count * ENTRY);
    put(section, 24, count); // a part for each
    put(section, 28, (uint32_t)strings);
}

static void make(struct section *section, const struct row rows[], uint32_t count)
{
    const size_t strings = HEADER + count * (ENTRY + 4);
    *section = (struct section){.size = strings};
    put_header(section, count, strings);
    for (uint32_t i = 0; i < count; i++) {
        const size_t place = HEADER + i * ENTRY;
        put(section, place, rows[i].kind);
        put(section, place + 4, put_string(section, strings, rows[i].name));
        put(section, place + 8, put_string(section, strings, "frames"));
        put(section, place + 12, put_string(section, strings, rows[i].text));
        put(section, place + 16, i);
        put(section, place + 20, rows[i].part != nullptr);
        section->bytes[place + HASH_PLACE] = rows[i].hash;
        put(section, HEADER + count * ENTRY + i * 4,
            put_string(section, strings, rows[i].part ? rows[i].part : ""));
    }
    put(section, 32, (uint32_t)(section->size - strings));
}

static enum status opened(const struct section *section, struct cell_abi *abi)
{
    const char *reason;
    const enum status status =
        cell_abi_open((struct const_bytes){section->bytes, section->size}, abi, &reason);
    return (status == STATUS_OK) == !reason ? status : STATUS_INTERNAL;
}

static const struct row exported = {CELL_ABI_EXPORT, 1, "frames_drop",
                                    "void frames_drop(TAKES(struct frames));\n",
                                    "struct AFFINE frames {\n    unsigned long count;\n};\n"};

// What a user that imports `wanted` is told of a provider that has `found`.
static enum status checked(struct row wanted, struct row found, char *sentence, size_t size)
{
    static const struct text names[] = {{"user", 4}, {"frames", 6}};
    struct section sections[2];
    struct cell_abi abi[2];
    wanted.kind = CELL_ABI_IMPORT;
    make(&sections[0], &wanted, 1);
    make(&sections[1], &found, 1);
    for (size_t i = 0; i < 2; i++)
        TRY(opened(&sections[i], &abi[i]));
    return cell_abi_check_import(&(struct cell_abi_party){names[0], &abi[0]},
                                 &(struct cell_abi_party){names[1], &abi[1]}, text_of(wanted.name),
                                 sentence, size);
}

static bool says(const char *sentence, const char *expected)
{
    return text_equal(text_of(sentence), text_of(expected));
}

TEST(entries_are_found_by_kind_and_name)
{
    static const struct row rows[] = {{CELL_ABI_EXPORT, 1, "a", "int a(void);\n", nullptr},
                                      {CELL_ABI_EXPORT, 2, "b", "int b(void);\n", "part\n"},
                                      {CELL_ABI_IMPORT, 3, "a", "int a(int);\n", nullptr}};
    struct section section;
    struct cell_abi abi;
    struct cell_abi_entry entry;
    make(&section, rows, 3);
    EXPECT_STATUS(STATUS_OK, opened(&section, &abi));
    for (size_t i = 0; i < 3; i++) {
        EXPECT_STATUS(STATUS_OK, cell_abi_find(&abi, rows[i].kind, text_of(rows[i].name), &entry));
        EXPECT(text_equal(entry.text, text_of(rows[i].text)));
        EXPECT(text_equal(cell_abi_part(&abi, &entry, 0), text_of(rows[i].part)));
        EXPECT(cell_abi_part(&abi, &entry, 1).length == 0);
    }
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_abi_find(&abi, CELL_ABI_IMPORT, text_of("b"), &entry));
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_abi_find(&abi, CELL_ABI_USED, text_of("a"), &entry));
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_abi_entry(&abi, 3, &entry));
}

TEST(a_section_that_breaks_the_format_is_refused)
{
    struct section section;
    struct cell_abi abi = {.count = 1};
    make(&section, &exported, 1);
    const size_t whole = section.size;
    for (section.size = 0; section.size < whole; section.size++)
        EXPECT_STATUS(STATUS_DAMAGED, opened(&section, &abi));
    EXPECT(abi.count == 0);
    section.size = whole;
    static const size_t fields[] = {0, 8, 12, 16, 20, 24, 28, 32};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        make(&section, &exported, 1);
        put(&section, fields[i], UINT32_MAX);
        EXPECT_STATUS(STATUS_DAMAGED, opened(&section, &abi));
    }
}

TEST(a_newer_major_version_is_refused_and_a_newer_minor_one_is_read)
{
    struct section section;
    struct cell_abi abi;
    make(&section, &exported, 1);
    section.bytes[6] = 7;
    EXPECT_STATUS(STATUS_OK, opened(&section, &abi));
    section.bytes[4] = 2;
    EXPECT_STATUS(STATUS_UNSUPPORTED, opened(&section, &abi));
}

TEST(an_entry_that_points_outside_is_refused)
{
    static const size_t fields[] = {4, 8, 12, 16, 20};
    struct section section;
    struct cell_abi abi;
    struct cell_abi_entry entry;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        make(&section, &exported, 1);
        put(&section, HEADER + fields[i], 1000);
        EXPECT_STATUS(STATUS_OK, opened(&section, &abi));
        EXPECT_STATUS(STATUS_DAMAGED, cell_abi_entry(&abi, 0, &entry));
        EXPECT_STATUS(STATUS_DAMAGED,
                      cell_abi_find(&abi, CELL_ABI_EXPORT, text_of("frames_drop"), &entry));
    }
}

TEST(equal_hashes_fit)
{
    char sentence[64] = "untouched";
    EXPECT_STATUS(STATUS_OK, checked(exported, exported, sentence, sizeof sentence));
    EXPECT(*sentence == '\0');
}

TEST(another_signature_is_shown_from_both_sides)
{
    char sentence[512];
    struct row other = exported;
    other.hash = 2;
    other.text = "void frames_drop(struct frames *);\n";
    EXPECT_STATUS(STATUS_INVALID, checked(exported, other, sentence, sizeof sentence));
    EXPECT(says(sentence, "it was compiled with another frames_drop than frames has\n"
                          "user was compiled with:\n"
                          "> void frames_drop(TAKES(struct frames));\n"
                          "frames has:\n"
                          "> void frames_drop(struct frames *);"));
}

TEST(another_member_is_shown_within_its_structure)
{
    char sentence[512];
    struct row other = exported;
    other.hash = 2;
    other.part = "struct AFFINE frames {\n    unsigned int count;\n};\n";
    EXPECT_STATUS(STATUS_INVALID, checked(exported, other, sentence, sizeof sentence));
    EXPECT(says(sentence, "it was compiled with another frames_drop than frames has\n"
                          "  void frames_drop(TAKES(struct frames));\n"
                          "user was compiled with:\n"
                          "  struct AFFINE frames {\n"
                          ">     unsigned long count;\n"
                          "  };\n"
                          "frames has:\n"
                          "  struct AFFINE frames {\n"
                          ">     unsigned int count;\n"
                          "  };"));
}

TEST(a_long_structure_is_shown_near_the_difference)
{
    char sentence[512];
    struct row wanted = {CELL_ABI_EXPORT, 1, "s", "S\n", "{\n1\n2\n3\n4\n5\n6\n7\n8\n}\n"};
    struct row found = {CELL_ABI_EXPORT, 2, "s", "S\n", "{\n1\n2\n3\n4\nV\n6\n7\n8\n}\n"};
    EXPECT_STATUS(STATUS_INVALID, checked(wanted, found, sentence, sizeof sentence));
    EXPECT(says(sentence, "it was compiled with another s than frames has\n  S\n"
                          "user was compiled with:\n  {\n      ...\n  3\n  4\n> 5\n  6\n  7\n"
                          "      ...\n  }\n"
                          "frames has:\n  {\n      ...\n  3\n  4\n> V\n  6\n  7\n      ...\n  }"));
}

TEST(a_type_that_is_not_reached_any_more_is_nothing)
{
    char sentence[512];
    struct row other = exported;
    other.hash = 2;
    other.part = nullptr;
    EXPECT_STATUS(STATUS_INVALID, checked(exported, other, sentence, sizeof sentence));
    EXPECT(text_ends_with(text_of(sentence), text_of("frames has:\n> nothing")));
}

TEST(equal_texts_with_other_hashes_are_damage)
{
    char sentence[256];
    struct row other = exported;
    other.hash = 2;
    EXPECT_STATUS(STATUS_INVALID, checked(exported, other, sentence, sizeof sentence));
    EXPECT(text_ends_with(text_of(sentence), text_of("so one is damaged")));
}

TEST(a_symbol_that_no_header_shows_is_named)
{
    char sentence[256];
    struct row other = exported;
    other.name = "frames_move";
    EXPECT_STATUS(STATUS_INVALID, checked(exported, other, sentence, sizeof sentence));
    EXPECT(says(sentence,
                "it was compiled with frames_drop, which the header of frames does not show\n"
                "  void frames_drop(TAKES(struct frames));"));
}

TEST(a_sentence_is_cut_where_the_buffer_ends)
{
    char sentence[16];
    struct row other = exported;
    other.hash = 2;
    for (size_t size = 1; size <= sizeof sentence; size++) {
        EXPECT_STATUS(STATUS_INVALID, checked(exported, other, sentence, size));
        EXPECT(text_of(sentence).length == size - 1);
    }
}

TEST(what_a_terminal_would_obey_is_not_printed)
{
    char sentence[256];
    struct row other = exported;
    other.hash = 2;
    other.text = "\bvoid \033[2Jframes\377drop\177(void);\n";
    EXPECT_STATUS(STATUS_INVALID, checked(exported, other, sentence, sizeof sentence));
    EXPECT(text_ends_with(text_of(sentence), text_of("> ?void ?[2Jframes?drop?(void);")));
}

TEST(a_cell_without_a_section_is_told_to_use_the_checker)
{
    static const struct text names[] = {{"user", 4}, {"frames", 6}};
    const struct cell_abi none = {};
    struct section section;
    struct cell_abi abi;
    char sentence[256];
    const struct cell_abi_party bare = {names[0], &none};
    const struct cell_abi_party checked_one = {names[1], &abi};
    make(&section, &exported, 1);
    EXPECT_STATUS(STATUS_OK, opened(&section, &abi));
    EXPECT_STATUS(STATUS_INVALID, cell_abi_check_import(&bare, &checked_one, text_of("frames_drop"),
                                                        sentence, sizeof sentence));
    EXPECT(says(sentence, "it refers to frames_drop of frames and does not say as what: it was not "
                          "built with the checker"));
}

TEST(what_was_compiled_in_is_compared_with_what_is_offered)
{
    static const struct text names[] = {{"user", 4}, {"frames", 6}};
    static const struct row used = {CELL_ABI_USED, 1, "LIMIT", "enum { LIMIT = 4 };\n", nullptr};
    struct row offered = {CELL_ABI_OFFERED, 1, "LIMIT", "enum { LIMIT = 4 };\n", nullptr};
    struct section sections[2];
    struct cell_abi abi[2];
    struct cell_abi_entry entry;
    char sentence[256];
    make(&sections[0], &used, 1);
    for (uint8_t hash = 1; hash <= 2; hash++) {
        offered.hash = hash;
        offered.text = hash == 1 ? used.text : "enum { LIMIT = 8 };\n";
        make(&sections[1], &offered, 1);
        for (size_t i = 0; i < 2; i++)
            EXPECT_STATUS(STATUS_OK, opened(&sections[i], &abi[i]));
        EXPECT_STATUS(STATUS_OK, cell_abi_entry(&abi[0], 0, &entry));
        EXPECT_STATUS(hash == 1 ? STATUS_OK : STATUS_INVALID,
                      cell_abi_check_used(&(struct cell_abi_party){names[0], &abi[0]},
                                          &(struct cell_abi_party){names[1], &abi[1]}, &entry,
                                          sentence, sizeof sentence));
    }
    EXPECT(text_ends_with(text_of(sentence), text_of("> enum { LIMIT = 8 };")));
}
