// SPDX-License-Identifier: MIT
// The policy is read from its start for each question, once, line by line: it is short, and what is
// not kept cannot be stale.
//
// Live swap:  there is no state.
// Fault:      nothing to undo.
#include <cell/policy.h>

#include <stdint.h>

enum : size_t { MOST_WORDS = 64 };

static const char format[] = "theoris-policy ";

// What a line says, as far as it is read.
struct line {
    bool for_cell; // else for a kind
    struct text who;
    struct text name_space; // empty: in all
    struct text origin;     // empty: from both
    struct text right;
    struct text words;
};

static bool take_word(struct text *rest, const char *expected)
{
    struct text after = *rest;
    struct text word;
    if (!text_next_part(&after, ' ', &word) || !text_equal(word, text_of(expected)))
        return false;
    *rest = after;
    return true;
}

static bool is(struct text word, const char *expected)
{
    return text_equal(word, text_of(expected));
}

static bool read_line(struct text rest, struct line *line)
{
    *line = (struct line){};
    if (!take_word(&rest, "allow"))
        return false;
    line->for_cell = take_word(&rest, "cell");
    if (!line->for_cell && !take_word(&rest, "kind"))
        return false;
    if (!text_next_part(&rest, ' ', &line->who))
        return false;
    if (take_word(&rest, "in") && !text_next_part(&rest, ' ', &line->name_space))
        return false;
    if (take_word(&rest, "from") && (!text_next_part(&rest, ' ', &line->origin) ||
                                     (!is(line->origin, "archive") && !is(line->origin, "extra"))))
        return false;
    if (!text_next_part(&rest, ' ', &line->right) ||
        (!is(line->right, "needs") && !is(line->right, "capabilities")))
        return false;
    line->words = rest;
    struct text word;
    return text_next_part(&rest, ' ', &word);
}

// The tests of a cell, in the cell NAME_test of the archive, may do what the cell may.
static bool is_test_of(const struct policy_subject *subject, struct text name)
{
    static const char suffix[] = "_test";
    return subject->origin == FROM_ARCHIVE &&
           subject->name.length == name.length + sizeof suffix - 1 &&
           text_starts_with(subject->name, name) && text_ends_with(subject->name, text_of(suffix));
}

static bool is_about(const struct line *line, const struct policy_subject *subject,
                     enum policy_right right)
{
    static const char *const RIGHTS[] = {"needs", "capabilities"};
    static const char *const ORIGINS[] = {"archive", "extra", ""};
    if (!is(line->right, RIGHTS[right]))
        return false;
    if (line->name_space.length != 0 && !text_equal(line->name_space, subject->name_space))
        return false;
    if (subject->origin == FROM_ELSEWHERE)
        return !line->for_cell && line->origin.length == 0 && is(line->who, "application");
    if (line->origin.length != 0 && !is(line->origin, ORIGINS[subject->origin]))
        return false;
    if (!line->for_cell)
        return text_equal(line->who, subject->kind);
    return text_equal(line->who, subject->name) || is_test_of(subject, line->who);
}

bool policy_list_has(struct text list, struct text word)
{
    struct text each;
    while (text_next_part(&list, ' ', &each))
        if (text_equal(each, word))
            return true;
    return false;
}

// Strikes from `left`, a bit a word of `wanted`, what the words of a line grant.
static void strike(struct text granted, struct text wanted, uint64_t *left)
{
    const bool all = policy_list_has(granted, text_of("*"));
    struct text word;
    for (uint64_t bit = 1; text_next_part(&wanted, ' ', &word); bit <<= 1)
        if ((*left & bit) && (all || policy_list_has(granted, word)))
            *left &= ~bit;
}

static enum status count_words(struct text wanted, uint64_t *left)
{
    struct text word;
    *left = 0;
    for (size_t i = 0; text_next_part(&wanted, ' ', &word); i++) {
        if (i == MOST_WORDS)
            return STATUS_OVERFLOW;
        *left |= UINT64_C(1) << i;
    }
    return STATUS_OK;
}

static struct text first_left(struct text wanted, uint64_t left)
{
    struct text word = {};
    for (uint64_t bit = 1; text_next_part(&wanted, ' ', &word) && !(left & bit); bit <<= 1)
        ;
    return word;
}

static enum status check_version(struct text *rest, struct text *refused)
{
    if (!text_next_part(rest, '\n', refused) || !text_starts_with(*refused, text_of(format)))
        return STATUS_DAMAGED;
    const size_t size = sizeof format - 1;
    const struct text version = {refused->start + size, refused->length - size};
    return text_starts_with(version, text_of("1.")) ? STATUS_OK : STATUS_UNSUPPORTED;
}

enum status policy_check(struct text policy, const struct policy_subject *subject,
                         enum policy_right right, struct text wanted, struct text *refused)
{
    uint64_t left;
    struct text text;
    struct line line;
    TRY(check_version(&policy, refused));
    TRY(count_words(wanted, &left));
    while (text_next_part(&policy, '\n', &text)) {
        if (*text.start == '#')
            continue;
        *refused = text;
        if (!read_line(text, &line))
            return STATUS_DAMAGED;
        if (is_about(&line, subject, right))
            strike(line.words, wanted, &left);
    }
    *refused = (struct text){};
    if (left == 0)
        return STATUS_OK;
    *refused = first_left(wanted, left);
    return STATUS_DENIED;
}

bool policy_may_use(struct text guards, struct text capabilities, struct text symbol,
                    struct text *missing)
{
    struct text guard;
    while (text_next_part(&guards, ' ', &guard)) {
        struct text rest = guard;
        struct text of = {};
        if (!text_next_part(&rest, '=', missing))
            continue;
        if (text_next_part(&rest, '=', &of) && !text_equal(of, symbol))
            continue;
        if (!policy_list_has(capabilities, *missing))
            return false;
    }
    *missing = (struct text){};
    return true;
}
