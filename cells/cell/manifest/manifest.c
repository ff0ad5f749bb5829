// SPDX-License-Identifier: MIT
/// One table says which keys there are, where each value goes and what it must look like.
#include <cell/annotations.h>
#include <cell/manifest.h>

static constexpr size_t LONGEST_WORD = 255;
static constexpr unsigned NEWEST_MAJOR = 1;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_letter(char c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

/// A name of a cell or a capability.
static bool is_name(struct text word)
{
    if (word.length == 0 || word.length > LONGEST_WORD || !is_lower(*word.start))
        return false;
    for (size_t i = 1; i < word.length; i++)
        if (!is_lower(word.start[i]) && !is_digit(word.start[i]) && word.start[i] != '_')
            return false;
    return true;
}

/// A name in C.
static bool is_identifier(struct text word)
{
    if (word.length == 0 || word.length > LONGEST_WORD || is_digit(*word.start))
        return false;
    for (size_t i = 0; i < word.length; i++)
        if (!is_letter(word.start[i]) && !is_digit(word.start[i]) && word.start[i] != '_')
            return false;
    return true;
}

static bool is_rename(struct text word)
{
    size_t equals = 0;
    while (equals < word.length && word.start[equals] != '=')
        equals++;
    if (equals == word.length)
        return false;
    return is_identifier((struct text){word.start, equals}) &&
           is_identifier((struct text){word.start + equals + 1, word.length - equals - 1});
}

/// Takes a number of one to nine digits from the start of `rest`.
static bool take_number(struct text *rest, unsigned *number)
{
    size_t digits = 0;
    *number = 0;
    for (; digits < rest->length && is_digit(rest->start[digits]); digits++) {
        if (digits == 9)
            return false;
        *number = *number * 10 + (unsigned)(rest->start[digits] - '0');
    }
    *rest = (struct text){rest->start + digits, rest->length - digits};
    return digits > 0;
}

static bool take_character(struct text *rest, char character)
{
    if (rest->length == 0 || *rest->start != character)
        return false;
    *rest = (struct text){rest->start + 1, rest->length - 1};
    return true;
}

static bool is_version(struct text word)
{
    unsigned number;
    if (!take_number(&word, &number) || !take_character(&word, '.') ||
        !take_number(&word, &number) || !take_character(&word, '.') || !take_number(&word, &number))
        return false;
    if (word.length == 0)
        return true;
    if (word.length == 1 || (*word.start != '-' && *word.start != '+'))
        return false;
    for (size_t i = 1; i < word.length; i++)
        if (!is_letter(word.start[i]) && !is_digit(word.start[i]) && word.start[i] != '.' &&
            word.start[i] != '-' && word.start[i] != '+')
            return false;
    return true;
}

static bool is_guard(struct text word)
{
    return is_name(word) || is_rename(word);
}

static bool is_anything([[maybe_unused]] struct text word)
{
    return true;
}

static const struct key {
    struct text name;
    size_t field;
    bool (*is_good)(struct text word); ///< asked of the value, or of each of its words
    enum { ONE_WORD, SOME_WORDS } words;
    const char *problem;
} KEYS[] = {
#define KEY(field, words, is_good, problem)                                                        \
    {{#field, sizeof #field - 1}, offsetof(struct manifest, field), is_good, words, problem}
    KEY(name, ONE_WORD, is_name, "the name of the cell is not lower-case letters, digits and _"),
    KEY(version, ONE_WORD, is_version, "the version is not of the form 1.2.3"),
    KEY(license, SOME_WORDS, is_anything, "the license is missing"),
    KEY(purpose, SOME_WORDS, is_anything, "the purpose is missing"),
    KEY(needs, SOME_WORDS, is_name, "a needed cell has a name that no cell can have"),
    KEY(capabilities, SOME_WORDS, is_name, "a capability has a name that none can have"),
    KEY(guards, SOME_WORDS, is_guard, "a guard is not of the form CAPABILITY or CAPABILITY=SYMBOL"),
    KEY(start, ONE_WORD, is_identifier, "the start function has no name of C"),
    KEY(evolved_from, ONE_WORD, is_identifier, "the evolved_from function has no name of C"),
    KEY(stop, ONE_WORD, is_identifier, "the stop function has no name of C"),
    KEY(renames, SOME_WORDS, is_rename, "a rename is not of the form OLD=NEW"),
#undef KEY
};

static const char *const KIND_NAMES[] = {
    [CELL_KERNEL] = "kernel",
    [CELL_DRIVER] = "driver",
    [CELL_APPLICATION] = "application",
};

const char *cell_kind_name(enum cell_kind kind)
{
    return KIND_NAMES[kind];
}

/// Takes the next line of `rest`, without its newline.
static bool take_line(struct text *rest, struct text *line, const char **reason)
{
    const char *const start = rest->start;
    const size_t most = rest->length;
    size_t length = 0;
    while (length < most && start[length] >= ' ' && start[length] <= '~')
        length++;
    *line = (struct text){start, length};
    if (length < most && start[length] != '\n') {
        *reason = "the manifest has a character that is not printable ASCII";
        return false;
    }
    if (line->length == rest->length) {
        *reason = "the last line of the manifest has no end";
        return false;
    }
    *rest = (struct text){rest->start + line->length + 1, rest->length - line->length - 1};
    return true;
}

static bool split_line(struct text line, struct text *key, struct text *value)
{
    size_t colon = 0;
    while (colon < line.length && line.start[colon] != ':')
        colon++;
    if (line.length - colon < 2 || line.start[colon + 1] != ' ')
        return false;
    *key = (struct text){line.start, colon};
    *value = (struct text){line.start + colon + 2, line.length - colon - 2};
    return is_name(*key);
}

static enum status check_format_version(struct text line, const char **reason)
{
    struct text key;
    struct text value;
    unsigned major;
    unsigned minor;
    *reason = "the first line of the manifest is not its version";
    if (!split_line(line, &key, &value) || !text_equal(key, text_of("manifest")))
        return STATUS_DAMAGED;
    if (!take_number(&value, &major) || !take_character(&value, '.') ||
        !take_number(&value, &minor) || value.length != 0 || major == 0)
        return STATUS_DAMAGED;
    *reason = "the manifest is of a newer major version than this system reads";
    return major > NEWEST_MAJOR ? STATUS_UNSUPPORTED : STATUS_OK;
}

static const char *parse_kind(struct text value, struct manifest *manifest)
{
    for (size_t kind = 0; kind < sizeof KIND_NAMES / sizeof *KIND_NAMES; kind++) {
        if (text_equal(value, text_of(KIND_NAMES[kind]))) {
            manifest->kind = (enum cell_kind)kind;
            return nullptr;
        }
    }
    return "the kind of the cell is none of kernel, driver and application";
}

static const char *parse_value(const struct key *key, struct text value, struct text *field)
{
    struct text rest = value;
    struct text word;
    bool good = false;
    if (key->words == ONE_WORD)
        good = key->is_good(value);
    else
        while (text_next_part(&rest, ' ', &word) && (good = key->is_good(word)))
            ;
    if (!good)
        return key->problem;
    *field = value;
    return nullptr;
}

/// Null, or what is wrong.
UNSAFE(INNOCUOUS, "a field of the manifest by its offset in the table of keys")
static const char *parse_line(struct text line, struct manifest *manifest, bool *kind_seen)
{
    struct text name;
    struct text value;
    if (!split_line(line, &name, &value))
        return "a line of the manifest is not of the form key: value";
    if (text_equal(name, text_of("manifest")))
        return "the manifest gives its version twice";
    if (text_equal(name, text_of("kind"))) {
        if (*kind_seen)
            return "a key of the manifest comes twice";
        *kind_seen = true;
        return parse_kind(value, manifest);
    }
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        if (!text_equal(name, KEYS[i].name))
            continue;
        struct text *field = (struct text *)((char *)manifest + KEYS[i].field);
        if (field->length != 0)
            return "a key of the manifest comes twice";
        return parse_value(&KEYS[i], value, field);
    }
    return nullptr;
}

static enum status parse(struct text rest, struct manifest *manifest, const char **reason)
{
    struct text line;
    bool kind_seen = false;
    if (!take_line(&rest, &line, reason))
        return STATUS_DAMAGED;
    TRY(check_format_version(line, reason));
    while (rest.length > 0) {
        if (!take_line(&rest, &line, reason))
            return STATUS_DAMAGED;
        *reason = parse_line(line, manifest, &kind_seen);
        if (*reason)
            return STATUS_DAMAGED;
    }
    if (manifest->name.length == 0 || manifest->version.length == 0 || !kind_seen) {
        *reason = "the manifest lacks one of name, version and kind";
        return STATUS_DAMAGED;
    }
    *reason = nullptr;
    return STATUS_OK;
}

enum status manifest_parse(struct text source, struct manifest *manifest, const char **reason)
{
    *manifest = (struct manifest){};
    const enum status status = parse(source, manifest, reason);
    if (status != STATUS_OK)
        *manifest = (struct manifest){};
    return status;
}
