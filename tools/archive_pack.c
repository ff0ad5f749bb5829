// SPDX-License-Identifier: MIT
/// archive_pack: writes the archive of cells.
///
///     archive_pack OUTPUT SECONDS FILE...
///
/// A cpio file ("newc") of the FILEs under their base names, sorted, as if made by root at SECONDS
/// of Unix time, so that equal files make equal archives. The member SEAL comes first: a text of
/// fixed width with the size of the whole archive and its CRC-32 (IEEE 802.3), computed with the
/// eight digits of the checksum as '0'. Status: 0 done, 1 failed (a sentence says why), 2 usage.
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEAL_FORMAT "theoris-archive 1.0\nsize %010u\ncrc32 %08x\n"
enum { SEAL_SIZE = 51, SEAL_OFFSET = 116, CRC_OFFSET = 42, CRC_DIGITS = 8 };
enum { BLOCK = 512, LONGEST_NAME = 255 };
enum : unsigned { MODE_PLAIN_FILE = 0100644 };

struct member {
    const char *path;
    const char *name; ///< the end of the path
};

struct output {
    unsigned char *bytes;
    size_t size;
    size_t capacity;
    unsigned inodes;  ///< given out
    unsigned seconds; ///< of every member
};

[[noreturn, gnu::format(printf, 1, 2)]] static void stop(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "archive_pack: ");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static void append(struct output *output, const void *bytes, size_t size)
{
    if (size > output->capacity - output->size) {
        output->capacity = 2 * (output->size + size);
        unsigned char *grown = realloc(output->bytes, output->capacity);
        if (!grown)
            stop("there is no memory");
        output->bytes = grown;
    }
    memcpy(output->bytes + output->size, bytes, size);
    output->size += size;
}

static void pad(struct output *output, size_t alignment)
{
    while (output->size % alignment != 0)
        append(output, "", 1);
}

static void append_header(struct output *output, const char *name, unsigned mode, unsigned size)
{
    char header[111];
    const unsigned fields[13] = {
        mode == 0 ? 0 : ++output->inodes,
        mode,
        0, // uid
        0, // gid
        1, // links
        mode == 0 ? 0 : output->seconds,
        size,
        0, // device, major
        0, // device, minor
        0, // device of a device file, major
        0, // device of a device file, minor
        (unsigned)strlen(name) + 1,
        0, // checksum, of another variant of the format
    };
    snprintf(header, 7, "070701");
    for (size_t i = 0; i < 13; i++)
        snprintf(header + 6 + 8 * i, 9, "%08X", fields[i]);
    append(output, header, 110);
    append(output, name, strlen(name) + 1);
    pad(output, 4);
}

/// Reads a whole file into memory that is never freed.
static void *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        stop("%s cannot be read: %s", path, strerror(errno));
    const long end = ftell(file);
    if (end < 0 || end > INT32_MAX)
        stop("%s cannot be a member: its size is unknown or 2 GiB and more", path);
    *size = (size_t)end;
    if (fseek(file, 0, SEEK_SET) != 0)
        stop("%s cannot be read: %s", path, strerror(errno));
    void *bytes = malloc(*size + 1);
    if (!bytes)
        stop("there is no memory");
    if (fread(bytes, 1, *size, file) != *size)
        stop("%s cannot be read: %s", path, strerror(errno));
    fclose(file);
    return bytes;
}

static void append_member(struct output *output, const struct member *member)
{
    size_t size;
    void *bytes = read_file(member->path, &size);
    append_header(output, member->name, MODE_PLAIN_FILE, (unsigned)size);
    append(output, bytes, size);
    pad(output, 4);
    free(bytes);
}

static uint32_t crc32(const unsigned char *bytes, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
    }
    return ~crc;
}

static void append_seal(struct output *output)
{
    char text[SEAL_SIZE + 1];
    snprintf(text, sizeof text, SEAL_FORMAT, 0u, 0u);
    append_header(output, "SEAL", MODE_PLAIN_FILE, SEAL_SIZE);
    append(output, text, SEAL_SIZE);
    pad(output, 4);
}

/// Writes size and checksum into the seal of the finished archive.
static void seal(struct output *output)
{
    char text[SEAL_SIZE + 1];
    if (output->size > INT32_MAX)
        stop("the archive would be 2 GiB or more");
    const unsigned size = (unsigned)output->size;
    snprintf(text, sizeof text, SEAL_FORMAT, size, 0u);
    memcpy(output->bytes + SEAL_OFFSET, text, SEAL_SIZE);
    snprintf(text, sizeof text, SEAL_FORMAT, size, crc32(output->bytes, output->size));
    memcpy(output->bytes + SEAL_OFFSET + CRC_OFFSET, text + CRC_OFFSET, CRC_DIGITS);
}

static int compare_members(const void *left, const void *right)
{
    const struct member *a = left;
    const struct member *b = right;
    return strcmp(a->name, b->name);
}

static void check_members(const struct member *members, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = members[i].name;
        if (*name == '\0' || strlen(name) > LONGEST_NAME)
            stop("%s cannot be a member: its name is empty or longer than %d bytes",
                 members[i].path, LONGEST_NAME);
        for (const char *c = name; *c != '\0'; c++)
            if (*c <= ' ' || *c > '~')
                stop("%s cannot be a member: its name has blanks or unprintable characters",
                     members[i].path);
        if (strcmp(name, "SEAL") == 0 || strcmp(name, "TRAILER!!!") == 0)
            stop("%s cannot be a member: the archive has its own %s", members[i].path, name);
        if (i > 0 && strcmp(name, members[i - 1].name) == 0)
            stop("%s and %s would be the same member: rename one of them", members[i - 1].path,
                 members[i].path);
    }
}

static unsigned parse_seconds(const char *text)
{
    char *end;
    errno = 0;
    const unsigned long seconds = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || seconds > UINT32_MAX)
        stop("%s is no time in seconds since 1970", text);
    return (unsigned)seconds;
}

static void write_output(const char *path, const struct output *output)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        stop("%s cannot be written: %s", path, strerror(errno));
    const bool written = fwrite(output->bytes, 1, output->size, file) == output->size;
    if (fclose(file) != 0 || !written) {
        remove(path);
        stop("%s cannot be written: %s", path, strerror(errno));
    }
}

int main(int argc, char *argv[])
{
    if (argc < 3) {
        fprintf(stderr, "usage: archive_pack OUTPUT SECONDS FILE...\n");
        return 2;
    }
    const size_t count = (size_t)argc - 3;
    struct member *members = calloc(count + 1, sizeof *members);
    if (!members)
        stop("there is no memory");
    for (size_t i = 0; i < count; i++) {
        const char *slash = strrchr(argv[3 + i], '/');
        members[i] = (struct member){argv[3 + i], slash ? slash + 1 : argv[3 + i]};
    }
    qsort(members, count, sizeof *members, compare_members);
    check_members(members, count);

    struct output output = {.seconds = parse_seconds(argv[2])};
    append_seal(&output);
    for (size_t i = 0; i < count; i++)
        append_member(&output, &members[i]);
    append_header(&output, "TRAILER!!!", 0, 0);
    pad(&output, BLOCK);
    seal(&output);
    write_output(argv[1], &output);
    free(members);
    free(output.bytes);
    return 0;
}
