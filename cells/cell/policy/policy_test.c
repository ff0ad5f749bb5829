// SPDX-License-Identifier: MIT
#include <cell/policy.h>
#include <cell/test.h>

static const char *const sample = "theoris-policy 1.0\n"
                                  "# Comments and empty lines say nothing.\n"
                                  "\n"
                                  "allow kind application needs app string\n"
                                  "allow kind kernel needs *\n"
                                  "allow cell disk capabilities port_io msr\n"
                                  "allow cell disk capabilities interrupts\n"
                                  "allow cell tool from archive needs heap\n"
                                  "allow cell tool in games needs net\n";

static struct policy_subject subject(const char *name, const char *kind, enum policy_origin origin)
{
    return (struct policy_subject){text_of(name), text_of(kind), text_of("kernel"), origin};
}

static enum status asked(const struct policy_subject *subject, enum policy_right right,
                         const char *wanted, const char *refused)
{
    struct policy_line room[16];
    struct policy_lines lines = SLICE_OF(policy_lines, room);
    struct text word;
    TRY(policy_read(text_of(sample), &lines, &word));
    const enum status status = policy_check(lines, subject, right, text_of(wanted), &word);
    return text_equal(word, text_of(refused)) ? status : STATUS_INTERNAL;
}

TEST(what_no_line_grants_is_refused)
{
    const struct policy_subject disk = subject("disk", "driver", FROM_ARCHIVE);
    EXPECT_STATUS(STATUS_OK, asked(&disk, POLICY_CAPABILITIES, "", ""));
    EXPECT_STATUS(STATUS_OK, asked(&disk, POLICY_CAPABILITIES, "interrupts port_io", ""));
    EXPECT_STATUS(STATUS_DENIED, asked(&disk, POLICY_CAPABILITIES, "msr cell_management port_io",
                                       "cell_management"));
    EXPECT_STATUS(STATUS_DENIED, asked(&disk, POLICY_NEEDS, "string", "string"));
}

TEST(a_kind_grants_to_all_of_it)
{
    const struct policy_subject tool = subject("tool", "application", FROM_EXTRA);
    const struct policy_subject heap = subject("heap", "kernel", FROM_EXTRA);
    EXPECT_STATUS(STATUS_OK, asked(&tool, POLICY_NEEDS, "string app", ""));
    EXPECT_STATUS(STATUS_OK, asked(&heap, POLICY_NEEDS, "string anything else", ""));
    EXPECT_STATUS(STATUS_DENIED, asked(&heap, POLICY_CAPABILITIES, "msr", "msr"));
}

TEST(a_line_may_be_for_one_origin_and_one_namespace)
{
    const struct policy_subject here = subject("tool", "application", FROM_ARCHIVE);
    const struct policy_subject there = subject("tool", "application", FROM_EXTRA);
    EXPECT_STATUS(STATUS_OK, asked(&here, POLICY_NEEDS, "heap", ""));
    EXPECT_STATUS(STATUS_DENIED, asked(&there, POLICY_NEEDS, "heap", "heap"));
    EXPECT_STATUS(STATUS_DENIED, asked(&here, POLICY_NEEDS, "net", "net"));
    struct policy_subject game = here;
    game.name_space = text_of("games");
    EXPECT_STATUS(STATUS_OK, asked(&game, POLICY_NEEDS, "net", ""));
}

TEST(a_cell_that_nobody_vouches_for_is_an_application_without_a_name)
{
    const struct policy_subject disk = subject("disk", "kernel", FROM_ELSEWHERE);
    EXPECT_STATUS(STATUS_DENIED, asked(&disk, POLICY_CAPABILITIES, "port_io", "port_io"));
    EXPECT_STATUS(STATUS_DENIED, asked(&disk, POLICY_NEEDS, "app heap", "heap"));
    EXPECT_STATUS(STATUS_OK, asked(&disk, POLICY_NEEDS, "app string", ""));
}

TEST(the_tests_of_a_cell_of_the_archive_may_do_what_it_may)
{
    const struct policy_subject here = subject("disk_test", "kernel", FROM_ARCHIVE);
    const struct policy_subject there = subject("disk_test", "kernel", FROM_EXTRA);
    EXPECT_STATUS(STATUS_OK, asked(&here, POLICY_CAPABILITIES, "msr", ""));
    EXPECT_STATUS(STATUS_DENIED, asked(&there, POLICY_CAPABILITIES, "msr", "msr"));
}

// Reads with just the room that is asked for.
static enum status read_status(const char *policy)
{
    struct policy_line room[16];
    struct policy_lines lines = {room, policy_room(text_of(policy))};
    struct text refused;
    const enum status status = policy_read(text_of(policy), &lines, &refused);
    return status == STATUS_OK || lines.length == 0 ? status : STATUS_INTERNAL;
}

TEST(a_policy_that_breaks_a_rule_grants_nothing)
{
    static const char *const bad[] = {
        "",
        "allow kind kernel needs *\n",
        "theoris-policy 1.0\nallow kernel needs *\n",
        "theoris-policy 1.0\nallow kind kernel needs\n",
        "theoris-policy 1.0\nallow kind kernel wants *\n",
        "theoris-policy 1.0\nallow kind kernel from heaven needs *\n",
        "theoris-policy 1.0\ndeny kind kernel needs *\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        EXPECT_STATUS(STATUS_DAMAGED, read_status(bad[i]));
    EXPECT_STATUS(STATUS_UNSUPPORTED, read_status("theoris-policy 2.0\n"));
}

TEST(there_is_room_for_every_line)
{
    EXPECT(policy_room(text_of("")) == 1);
    EXPECT(policy_room(text_of(sample)) >= 6);
    EXPECT_STATUS(STATUS_OK, read_status("theoris-policy 1.0"));
    EXPECT_STATUS(STATUS_OK, read_status("theoris-policy 1.0\nallow kind kernel needs *"));
}

TEST(more_words_than_can_be_judged_are_refused)
{
    char wanted[2 * 65 + 1] = {};
    for (size_t i = 0; i < 65; i++) {
        wanted[2 * i] = 'a';
        wanted[2 * i + 1] = ' ';
    }
    const struct policy_subject heap = subject("heap", "kernel", FROM_ARCHIVE);
    EXPECT_STATUS(STATUS_OVERFLOW, asked(&heap, POLICY_NEEDS, wanted, ""));
}

TEST(guards_are_for_all_symbols_or_for_one)
{
    const struct text guards = text_of("port_io msr=write_msr");
    struct text missing;
    EXPECT(!policy_may_use(guards, text_of(""), text_of("read"), &missing));
    EXPECT(text_equal(missing, text_of("port_io")));
    EXPECT(policy_may_use(guards, text_of("port_io"), text_of("read"), &missing));
    EXPECT(!policy_may_use(guards, text_of("port_io"), text_of("write_msr"), &missing));
    EXPECT(text_equal(missing, text_of("msr")));
    EXPECT(policy_may_use(guards, text_of("msr port_io"), text_of("write_msr"), &missing));
    EXPECT(policy_may_use(text_of(""), text_of(""), text_of("anything"), &missing));
}
