// SPDX-License-Identifier: MIT
// The comparison, and the sentence that explains a difference. A text has several blocks, the
// declaration and then each type that it reaches; the first block that differs is shown from both
// sides, its first differing line marked with `>`, other lines only near that one.
//
// Live swap:  nothing is remembered.
// Fault:      nothing is changed.
#include <cell/cell_abi.h>

enum { NEAR = 2 }; // lines shown before and after the one that differs

// Writes to a buffer, which is always zero-ended; what does not fit is left out. A section is not
// trusted to hold text: what a terminal would obey becomes `?`.
struct writer {
    char *buffer;
    size_t size;
    size_t length;
};

static void put(struct writer *writer, struct text text)
{
    for (size_t i = 0; i < text.length && writer->length + 1 < writer->size; i++) {
        const char c = text.start[i];
        writer->buffer[writer->length++] = c == '\n' || (c >= ' ' && c <= '~') ? c : '?';
    }
    writer->buffer[writer->length] = '\0';
}

static void put_string(struct writer *writer, const char *string)
{
    put(writer, text_of(string));
}

// Takes the text before the next newline, which may be empty. False: there is no more.
static bool next_line(struct text *rest, struct text *line)
{
    if (rest->length == 0)
        return false;
    *line = (struct text){rest->start, 0};
    while (line->length < rest->length && rest->start[line->length] != '\n')
        line->length++;
    const size_t taken = line->length + (line->length < rest->length);
    *rest = (struct text){rest->start + taken, rest->length - taken};
    return true;
}

static size_t line_count(struct text block)
{
    size_t count = 0;
    struct text line;
    while (next_line(&block, &line))
        count++;
    return count;
}

// The number of equal lines at the beginning of both.
static size_t equal_lines(struct text a, struct text b)
{
    size_t count = 0;
    struct text left;
    struct text right;
    while (next_line(&a, &left) && next_line(&b, &right) && text_equal(left, right))
        count++;
    return count;
}

static void put_block(struct writer *writer, struct text block, size_t marked)
{
    const size_t last = line_count(block) - 1;
    struct text line;
    bool left_out = false;
    for (size_t i = 0; next_line(&block, &line); i++) {
        const size_t distance = i < marked ? marked - i : i - marked;
        if (i != 0 && i != last && distance > NEAR) {
            put_string(writer, left_out ? "" : "\n      ...");
            left_out = true;
            continue;
        }
        left_out = false;
        put_string(writer, i == marked ? "\n> " : "\n  ");
        put(writer, line);
    }
}

// Block 0 is the declaration, the others are types.
static struct text block_at(const struct cell_abi *abi, const struct cell_abi_entry *entry,
                            uint32_t index)
{
    return index == 0 ? entry->text : cell_abi_part(abi, entry, index - 1);
}

static void put_side(struct writer *writer, const char *title, struct text name, struct text block,
                     size_t marked)
{
    put_string(writer, "\n");
    put(writer, name);
    put_string(writer, title);
    if (block.length == 0)
        put_string(writer, "\n> nothing");
    else
        put_block(writer, block, marked);
}

static void explain(struct writer *writer, const struct cell_abi_party *user,
                    const struct cell_abi_entry *wanted, const struct cell_abi_party *provider,
                    const struct cell_abi_entry *found)
{
    const uint32_t most =
        wanted->part_count > found->part_count ? wanted->part_count : found->part_count;
    for (uint32_t i = 0; i <= most; i++) {
        const struct text left = block_at(user->abi, wanted, i);
        const struct text right = block_at(provider->abi, found, i);
        if (text_equal(left, right))
            continue;
        const size_t marked = equal_lines(left, right);
        if (i > 0)
            put_block(writer, wanted->text, SIZE_MAX);
        put_side(writer, " was compiled with:", user->name, left, marked);
        put_side(writer, " has:", provider->name, right, marked);
        return;
    }
    put_string(writer, ": the types read the same and the hashes differ, so one is damaged");
}

static bool hash_equal(const struct cell_abi_entry *a, const struct cell_abi_entry *b)
{
    for (size_t i = 0; i < CELL_ABI_HASH_SIZE; i++)
        if (SLICE_AT(a->hash, i) != SLICE_AT(b->hash, i))
            return false;
    return true;
}

static void put_words(struct writer *writer, const char *before, struct text text,
                      const char *after)
{
    put_string(writer, before);
    put(writer, text);
    put_string(writer, after);
}

// A section has one string at least: a text that is empty.
static bool has_section(const struct cell_abi *abi)
{
    return abi->strings.length != 0;
}

static enum status compare(struct writer *writer, const struct cell_abi_party *user,
                           const struct cell_abi_entry *wanted,
                           const struct cell_abi_party *provider, enum cell_abi_kind kind)
{
    struct cell_abi_entry found;
    const enum status status = cell_abi_find(provider->abi, kind, wanted->name, &found);
    if (status == STATUS_OK && hash_equal(wanted, &found))
        return STATUS_OK;
    if (status == STATUS_OK) {
        put_words(writer, "it was compiled with another ", wanted->name, " than ");
        put_words(writer, "", provider->name, " has");
        explain(writer, user, wanted, provider, &found);
    } else if (!has_section(provider->abi)) {
        put_words(writer, "it refers to ", wanted->name, " of ");
        put_words(writer, "", provider->name, ", which was not built with the checker");
    } else {
        put_words(writer, "it was compiled with ", wanted->name, ", which the header of ");
        put_words(writer, "", provider->name, " does not show");
        put_block(writer, wanted->text, SIZE_MAX);
    }
    return STATUS_INVALID;
}

enum status cell_abi_check_import(const struct cell_abi_party *user,
                                  const struct cell_abi_party *provider, struct text symbol,
                                  char *sentence, size_t size)
{
    struct writer writer = {sentence, size, 0};
    struct cell_abi_entry wanted;
    *sentence = '\0';
    if (cell_abi_find(user->abi, CELL_ABI_IMPORT, symbol, &wanted) == STATUS_OK)
        return compare(&writer, user, &wanted, provider, CELL_ABI_EXPORT);
    put_words(&writer, "it refers to ", symbol, " of ");
    put_words(&writer, "", provider->name, " and does not say as what: ");
    put_string(&writer, has_section(user->abi) ? "declare it in C in a source of the cell"
                                               : "it was not built with the checker");
    return STATUS_INVALID;
}

enum status cell_abi_check_used(const struct cell_abi_party *user,
                                const struct cell_abi_party *provider,
                                const struct cell_abi_entry *used, char *sentence, size_t size)
{
    struct writer writer = {sentence, size, 0};
    *sentence = '\0';
    return compare(&writer, user, used, provider, CELL_ABI_OFFERED);
}
