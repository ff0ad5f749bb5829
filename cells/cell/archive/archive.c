// SPDX-License-Identifier: MIT
/// The cpio format "newc": each member is a header of hexadecimal digits, a name with its zero,
/// zeros to a multiple of 4, the data, zeros to a multiple of 4. A member named TRAILER!!! is last.
#include <cell/archive.h>

#include <libc/string.h>

/// Offsets in a header: the magic, then thirteen fields of eight hexadecimal digits.
enum : size_t {
    FIELD_DIGITS = 8,
    FIRST_FIELD = 6,
    FIELD_MODE = 14,
    FIELD_FILE_SIZE = 54,
    FIELD_NAME_SIZE = 94,
    HEADER_SIZE = 110,
    LONGEST_NAME = 255,
};

static constexpr uint32_t MODE_TYPE = 0170000;
static constexpr uint32_t MODE_PLAIN_FILE = 0100000;

static const char MAGIC[FIRST_FIELD] = {'0', '7', '0', '7', '0', '1'};

#define SEAL_NAME "SEAL"
#define SEAL_FAMILY "theoris-archive "
#define SEAL_MAJOR "1."
#define TRAILER_NAME "TRAILER!!!"

static size_t aligned(size_t offset)
{
    return (offset + 3) & ~(size_t)3;
}

/// The value of a hexadecimal digit, 16 for anything else.
static uint32_t digit_value(uint8_t digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10u : 16;
}

/// The value of a field whose digits are known to be some.
static uint32_t field_value(const uint8_t *field)
{
    uint32_t value = 0;
    for (size_t i = 0; i < FIELD_DIGITS; i++)
        value = value << 4 | digit_value(field[i]);
    return value;
}

static bool header_is_good(const uint8_t *header)
{
    if (memcmp(header, MAGIC, sizeof MAGIC) != 0)
        return false;
    for (size_t i = FIRST_FIELD; i < HEADER_SIZE; i++)
        if (digit_value(header[i]) > 15)
            return false;
    return true;
}

static bool name_is_good(struct text name)
{
    for (size_t i = 0; i < name.length; i++)
        if (name.start[i] <= ' ' || name.start[i] > '~' || name.start[i] == '/')
            return false;
    return name.length > 0;
}

/// The member at `offset`, which is in bounds and was found good; `next` is where the one after it
/// starts.
static struct archive_member member_at(const struct archive *archive, size_t offset, size_t *next)
{
    const uint8_t *header = archive->image + offset;
    const size_t name_size = field_value(header + FIELD_NAME_SIZE);
    const size_t data_size = field_value(header + FIELD_FILE_SIZE);
    const size_t data = aligned(offset + HEADER_SIZE + name_size);
    *next = aligned(data + data_size);
    return (struct archive_member){
        .name = {(const char *)header + HEADER_SIZE, name_size - 1},
        .data = archive->image + data,
        .size = data_size,
    };
}

static bool is_trailer(const struct archive_member *member)
{
    return text_equal(member->name, text_of(TRAILER_NAME));
}

/// Checks the member at `offset` and fills `member` and `next`, which may be the end of the image.
static enum status member_check(const struct archive *archive, size_t offset,
                                struct archive_member *member, size_t *next)
{
    const size_t left = archive->size - offset;
    if (left < HEADER_SIZE)
        return STATUS_DAMAGED;
    const uint8_t *header = archive->image + offset;
    if (!header_is_good(header))
        return STATUS_DAMAGED;
    const size_t name_size = field_value(header + FIELD_NAME_SIZE);
    if (name_size == 0 || name_size > LONGEST_NAME + 1 || name_size > left - HEADER_SIZE)
        return STATUS_DAMAGED;
    if (header[HEADER_SIZE + name_size - 1] != '\0')
        return STATUS_DAMAGED;
    const size_t data = aligned(offset + HEADER_SIZE + name_size);
    const size_t data_size = field_value(header + FIELD_FILE_SIZE);
    if (data > archive->size || aligned(data_size) > archive->size - data)
        return STATUS_DAMAGED;
    *member = member_at(archive, offset, next);
    if (!name_is_good(member->name))
        return STATUS_DAMAGED;
    if (is_trailer(member))
        return data_size == 0 ? STATUS_OK : STATUS_DAMAGED;
    if ((field_value(header + FIELD_MODE) & MODE_TYPE) != MODE_PLAIN_FILE)
        return STATUS_UNSUPPORTED;
    return STATUS_OK;
}

static enum status seal_check(const struct archive_member *seal)
{
    if (!text_equal(seal->name, text_of(SEAL_NAME)))
        return STATUS_DAMAGED;
    const struct text text = {(const char *)seal->data, seal->size};
    if (!text_starts_with(text, text_of(SEAL_FAMILY)))
        return STATUS_DAMAGED;
    return text_starts_with(text, text_of(SEAL_FAMILY SEAL_MAJOR)) ? STATUS_OK : STATUS_UNSUPPORTED;
}

enum status archive_open(const void *image, size_t size, struct archive *archive)
{
    struct archive candidate = {.image = image, .size = size};
    struct archive_member member;
    size_t offset;
    *archive = (struct archive){};
    TRY(member_check(&candidate, 0, &member, &offset));
    TRY(seal_check(&member));
    candidate.first = offset;
    do {
        TRY(member_check(&candidate, offset, &member, &offset));
        if (text_equal(member.name, text_of(SEAL_NAME)))
            return STATUS_DAMAGED;
    } while (!is_trailer(&member));
    for (; offset < size; offset++)
        if (candidate.image[offset] != 0)
            return STATUS_DAMAGED;
    *archive = candidate;
    return STATUS_OK;
}

bool archive_next(const struct archive *archive, size_t *cursor, struct archive_member *member)
{
    if (archive->size == 0)
        return false;
    size_t next;
    const size_t offset = *cursor == 0 ? archive->first : *cursor;
    const struct archive_member found = member_at(archive, offset, &next);
    if (is_trailer(&found))
        return false;
    *cursor = next;
    *member = found;
    return true;
}

enum status archive_find(const struct archive *archive, struct text name,
                         struct archive_member *member)
{
    size_t cursor = 0;
    struct archive_member candidate;
    while (archive_next(archive, &cursor, &candidate)) {
        if (text_equal(candidate.name, name)) {
            *member = candidate;
            return STATUS_OK;
        }
    }
    return STATUS_NOT_FOUND;
}
