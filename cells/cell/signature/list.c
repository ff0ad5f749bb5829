// SPDX-License-Identifier: MIT
// The list is text: a line of its version, a line "DIGEST NAME" for each file, and the line
// "signature SIGNATURE" over all lines before it. What is not exactly so is not found.
//
// Live swap:  there is no state.
// Fault:      nothing to undo.
#include <cell/signature.h>
#include <libc/string.h>

static const char first_line[] = "theoris-signatures 2.";
static const char last_line[] = "signature ";

enum : size_t { LAST_LINE_SIZE = sizeof last_line - 1 + 2 * SIGNATURE_SIZE + 1 };

// The value of a lower-case hexadecimal digit, 16 for anything else.
static uint8_t digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (uint8_t)(digit - '0');
    return digit >= 'a' && digit <= 'f' ? (uint8_t)(digit - 'a' + 10) : 16;
}

static bool read_hexadecimal(const char *digits, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const uint8_t high = digit_value(digits[2 * i]);
        const uint8_t low = digit_value(digits[2 * i + 1]);
        if (high > 15 || low > 15)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

enum status signature_check_list(const uint8_t key[static SIGNATURE_KEY_SIZE], struct text list)
{
    uint8_t signature[SIGNATURE_SIZE];
    if (!text_starts_with(list, text_of(first_line)))
        return STATUS_UNSUPPORTED;
    if (list.length < LAST_LINE_SIZE)
        return STATUS_DAMAGED;
    const size_t signed_size = list.length - LAST_LINE_SIZE;
    const struct text last = {list.start + signed_size, LAST_LINE_SIZE};
    if (!text_starts_with(last, text_of(last_line)) || last.start[LAST_LINE_SIZE - 1] != '\n' ||
        !read_hexadecimal(last.start + sizeof last_line - 1, signature, sizeof signature))
        return STATUS_DAMAGED;
    const struct text lines = {list.start, signed_size};
    const struct signed_digest digest =
        signed_digest_of((const uint8_t *)lines.start, lines.length);
    return signature_is_good(key, &digest, signature) ? STATUS_OK : STATUS_DENIED;
}

// Takes the rest of a line, and its newline. False: there is no end of a line.
static bool take_rest(struct text *rest, struct text *line)
{
    *line = (struct text){rest->start, 0};
    while (line->length < rest->length && line->start[line->length] != '\n')
        line->length++;
    if (line->length == rest->length)
        return false;
    *rest = (struct text){line->start + line->length + 1, rest->length - line->length - 1};
    return true;
}

// Only names are looked at: digests are all of one length.
bool signature_list_has(struct text list, struct text name, const struct digest *digest)
{
    enum : size_t { DIGITS = 2 * sizeof digest->bytes };
    struct text line;
    struct digest listed;
    if (!take_rest(&list, &line))
        return false;
    while (list.length > DIGITS && list.start[DIGITS] == ' ') {
        const char *digits = list.start;
        list = (struct text){digits + DIGITS + 1, list.length - DIGITS - 1};
        if (!take_rest(&list, &line))
            return false;
        if (text_equal(line, name))
            return read_hexadecimal(digits, listed.bytes, sizeof listed.bytes) &&
                   memcmp(listed.bytes, digest->bytes, sizeof listed.bytes) == 0;
    }
    return false;
}
