// SPDX-License-Identifier: MIT
// A question is answered by one walk over the lines that were read. Nearly all lines are about
// somebody else, which the hash of a name tells.
//
// Live swap:  there is no state; lines that were read belong to who reads them.
// Fault:      nothing to undo.
#include <cell/policy.h>

enum : size_t { MOST_WORDS = 64 };
enum : uint32_t { HASH_BASIS = 0x811C9DC5, HASH_PRIME = 0x01000193 }; // FNV-1a

static const char format[] = "theoris-policy ";
static const char application[] = "application";
static const char tests[] = "_test";

// Who asks, and what lines about it are found by.
struct asker {
    const struct policy_subject *subject;
    uint32_t name;
    uint32_t kind;
    struct text tested; // the cell whose tests it is; empty: none
    uint32_t tested_hash;
};

static uint32_t hash_of(struct text text)
{
    uint32_t hash = HASH_BASIS;
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (uint8_t)text.start[i]) * HASH_PRIME;
    return hash;
}

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

// Takes `from` and what follows it, if that comes next.
static bool take_origin(struct text *rest, struct policy_line *line)
{
    struct text origin;
    line->from[FROM_ARCHIVE] = line->from[FROM_EXTRA] = true;
    if (!take_word(rest, "from"))
        return true;
    if (!text_next_part(rest, ' ', &origin))
        return false;
    line->from[FROM_ARCHIVE] = is(origin, "archive");
    line->from[FROM_EXTRA] = is(origin, "extra");
    return line->from[FROM_ARCHIVE] || line->from[FROM_EXTRA];
}

static bool take_right(struct text *rest, struct policy_line *line)
{
    line->right = take_word(rest, "needs") ? POLICY_NEEDS : POLICY_CAPABILITIES;
    return line->right == POLICY_NEEDS || take_word(rest, "capabilities");
}

static bool read_line(struct text rest, struct policy_line *line)
{
    *line = (struct policy_line){};
    if (!take_word(&rest, "allow"))
        return false;
    line->for_cell = take_word(&rest, "cell");
    if (!line->for_cell && !take_word(&rest, "kind"))
        return false;
    if (!text_next_part(&rest, ' ', &line->who))
        return false;
    if (take_word(&rest, "in") && !text_next_part(&rest, ' ', &line->name_space))
        return false;
    if (!take_origin(&rest, line) || !take_right(&rest, line))
        return false;
    line->hash = hash_of(line->who);
    line->words = rest;
    line->all = policy_list_has(rest, text_of("*"));
    struct text word;
    return text_next_part(&rest, ' ', &word);
}

size_t policy_room(struct text policy)
{
    size_t room = 1;
    for (size_t i = 0; i < policy.length; i++)
        room += policy.start[i] == '\n';
    return room;
}

static enum status check_version(struct text *rest, struct text *refused)
{
    if (!text_next_part(rest, '\n', refused) || !text_starts_with(*refused, text_of(format)))
        return STATUS_DAMAGED;
    const size_t size = sizeof format - 1;
    const struct text version = {refused->start + size, refused->length - size};
    return text_starts_with(version, text_of("1.")) ? STATUS_OK : STATUS_UNSUPPORTED;
}

enum status policy_read(struct text policy, struct policy_lines *lines, struct text *refused)
{
    struct text text;
    const struct policy_lines room = *lines;
    size_t count = 0;
    lines->length = 0;
    TRY(check_version(&policy, refused));
    while (text_next_part(&policy, '\n', &text)) {
        if (*text.start == '#')
            continue;
        *refused = text;
        if (!read_line(text, &SLICE_AT(room, count++)))
            return STATUS_DAMAGED;
    }
    *refused = (struct text){};
    lines->length = count;
    return STATUS_OK;
}

// The tests of a cell, in the cell NAME_test of the archive, may do what the cell may.
static struct text tested_by(const struct policy_subject *subject)
{
    const size_t size = sizeof tests - 1;
    if (subject->origin != FROM_ARCHIVE || !text_ends_with(subject->name, text_of(tests)))
        return (struct text){};
    return (struct text){subject->name.start, subject->name.length - size};
}

static struct asker asker_of(const struct policy_subject *subject)
{
    const struct text tested = tested_by(subject);
    return (struct asker){subject, hash_of(subject->name), hash_of(subject->kind), tested,
                          hash_of(tested)};
}

static bool is_about_cell(const struct policy_line *line, const struct asker *asker)
{
    return (line->hash == asker->name && text_equal(line->who, asker->subject->name)) ||
           (line->hash == asker->tested_hash && text_equal(line->who, asker->tested));
}

static bool is_about(const struct policy_line *line, const struct asker *asker)
{
    const struct policy_subject *subject = asker->subject;
    if (line->name_space.length != 0 && !text_equal(line->name_space, subject->name_space))
        return false;
    if (subject->origin == FROM_ELSEWHERE)
        return !line->for_cell && line->from[FROM_ARCHIVE] && line->from[FROM_EXTRA] &&
               is(line->who, application);
    if (!line->from[subject->origin])
        return false;
    return line->for_cell ? is_about_cell(line, asker)
                          : line->hash == asker->kind && text_equal(line->who, subject->kind);
}

bool policy_list_has(struct text list, struct text word)
{
    struct text each;
    while (text_next_part(&list, ' ', &each))
        if (text_equal(each, word))
            return true;
    return false;
}

// Strikes from `left`, a bit a word of `wanted`, what a line grants.
static void strike(const struct policy_line *line, struct text wanted, uint64_t *left)
{
    struct text word;
    if (line->all)
        *left = 0;
    for (uint64_t bit = 1; *left != 0 && text_next_part(&wanted, ' ', &word); bit <<= 1)
        if ((*left & bit) && policy_list_has(line->words, word))
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

enum status policy_check(struct policy_lines lines, const struct policy_subject *subject,
                         enum policy_right right, struct text wanted, struct text *refused)
{
    uint64_t left;
    const struct asker asker = asker_of(subject);
    *refused = (struct text){};
    TRY(count_words(wanted, &left));
    for (size_t i = 0; left != 0 && i < lines.length; i++) {
        const struct policy_line *line = &SLICE_AT(lines, i);
        if (line->right == right && is_about(line, &asker))
            strike(line, wanted, &left);
    }
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
