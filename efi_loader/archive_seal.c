// SPDX-License-Identifier: MIT
/// archive_seal: the check, with no trust in the file. See the header.
#include "archive_seal.h"

#include "crc32.h"

enum : size_t {
    HEADER_SIZE = 110,
    FILE_SIZE_FIELD = 54, // eight hexadecimal digits
    SEAL_OFFSET = 116,    // header, "SEAL" and its zero, padded to four
    SEAL_SIZE = 51,       // of version 1.0
    CHECKSUM_DIGITS = 8,
};

/// What is left to read of the seal.
struct cursor {
    const uint8_t *at;
    const uint8_t *end;
};

static bool skip_text(struct cursor *cursor, const char *text)
{
    const uint8_t *at = cursor->at;
    for (; *text != '\0'; text++, at++) {
        if (at == cursor->end || *at != (uint8_t)*text) {
            return false;
        }
    }
    cursor->at = at;
    return true;
}

static unsigned digit_value(uint8_t digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - (unsigned)'0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - (unsigned)'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - (unsigned)'A' + 10;
    }
    return 16;
}

/// Reads between one and `digits` digits.
static bool read_number(struct cursor *cursor, unsigned base, size_t digits, uint64_t *number)
{
    const uint8_t *first = cursor->at;
    *number = 0;
    while (cursor->at != cursor->end && (size_t)(cursor->at - first) < digits &&
           digit_value(*cursor->at) < base) {
        *number = *number * base + digit_value(*cursor->at++);
    }
    return cursor->at != first;
}

static bool read_fixed_number(struct cursor *cursor, unsigned base, size_t digits, uint64_t *number)
{
    const uint8_t *first = cursor->at;
    return read_number(cursor, base, digits, number) && (size_t)(cursor->at - first) == digits;
}

/// Finds the seal's text in the archive.
static bool find_seal(const uint8_t *file, size_t size, struct cursor *seal)
{
    static const char name[] = "00000005";
    struct cursor header = {file, file + size};
    uint64_t seal_size;
    if (size < SEAL_OFFSET || !skip_text(&header, "070701")) {
        return false;
    }
    header.at = file + FILE_SIZE_FIELD;
    if (!read_fixed_number(&header, 16, 8, &seal_size) || seal_size > size - SEAL_OFFSET) {
        return false;
    }
    header.at = file + HEADER_SIZE - 16; // the length of the name, then a field that is not used
    if (!skip_text(&header, name)) {
        return false;
    }
    header.at = file + HEADER_SIZE;
    *seal = (struct cursor){file + SEAL_OFFSET, file + SEAL_OFFSET + seal_size};
    return skip_text(&header, "SEAL") && *header.at == '\0';
}

/// Explains why there is no seal. A file that begins like an archive was one.
static void explain_missing_seal(const uint8_t *file, size_t size, struct sentence *why)
{
    struct cursor header = {file, file + size};
    if (size < SEAL_OFFSET + SEAL_SIZE && skip_text(&header, "070701")) {
        sentence_write(why, "cells.img is truncated: it has only %llu bytes; write the image again",
                       (unsigned long long)size);
    } else {
        sentence_write(why, "cells.img is not a Theoris archive: its first member is not a SEAL; "
                            "write the image again");
    }
}

static bool version_is_understood(struct cursor *seal, struct sentence *why)
{
    uint64_t major, minor;
    if (!skip_text(seal, "theoris-archive ") || !read_number(seal, 10, 9, &major) ||
        !skip_text(seal, ".") || !read_number(seal, 10, 9, &minor) || !skip_text(seal, "\n")) {
        sentence_write(why, "cells.img is not a Theoris archive: its seal is unreadable; write the "
                            "image again");
        return false;
    }
    if (major != 1) {
        sentence_write(why,
                       "cells.img is an archive of version %llu.%llu and this loader reads version "
                       "1; take the loader and the archive from one build",
                       (unsigned long long)major, (unsigned long long)minor);
        return false;
    }
    return true;
}

static bool checksum_is_right(const uint8_t *file, size_t size, size_t digits)
{
    size_t behind = digits + CHECKSUM_DIGITS;
    uint32_t checksum = crc32(0, file, digits);
    checksum = crc32(checksum, "00000000", CHECKSUM_DIGITS);
    checksum = crc32(checksum, file + behind, size - behind);
    for (size_t i = 0; i < CHECKSUM_DIGITS; i++) {
        if (file[digits + i] != (uint8_t)"0123456789abcdef"[checksum >> (28 - 4 * i) & 15]) {
            return false;
        }
    }
    return true;
}

/// Reads the seal behind its version. `digits` is where in the file its checksum stands.
static bool read_claims(struct cursor *seal, const uint8_t *file, uint64_t *size, size_t *digits)
{
    if (!skip_text(seal, "size ") || !read_fixed_number(seal, 10, 10, size) ||
        !skip_text(seal, "\ncrc32 ") || (size_t)(seal->end - seal->at) < CHECKSUM_DIGITS) {
        return false;
    }
    *digits = (size_t)(seal->at - file);
    seal->at += CHECKSUM_DIGITS;
    return skip_text(seal, "\n");
}

bool archive_seal_check(const uint8_t *file, size_t size, struct sentence *why)
{
    struct cursor seal;
    uint64_t true_size;
    size_t digits;
    if (!find_seal(file, size, &seal)) {
        explain_missing_seal(file, size, why);
        return false;
    }
    if (!version_is_understood(&seal, why)) {
        return false;
    }
    if (!read_claims(&seal, file, &true_size, &digits)) {
        sentence_write(why, "cells.img is damaged: its seal is unreadable; write the image again");
        return false;
    }
    if (true_size != size) {
        sentence_write(why,
                       "cells.img is %s: it has %llu bytes and should have %llu; write the image "
                       "again",
                       size < true_size ? "truncated" : "too long", (unsigned long long)size,
                       (unsigned long long)true_size);
        return false;
    }
    if (!checksum_is_right(file, size, digits)) {
        sentence_write(why, "cells.img is damaged: its checksum is wrong; write the image again");
        return false;
    }
    return true;
}
