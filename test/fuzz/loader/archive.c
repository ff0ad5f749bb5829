// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive.h"

enum : size_t { HEADER = 110, ALIGNMENT = 4, DIGITS = 8 };
enum { NAME_SIZE_AT = 94, FILE_SIZE_AT = 54, MODE_AT = 14 };

static size_t aligned(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void put_field(uint8_t *header, size_t at, size_t value)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = DIGITS; i-- > 0; value >>= 4)
        header[at + i] = (uint8_t)digits[value & 15];
}

void archive_add(struct made_archive *archive, const char *name, const void *bytes, size_t size)
{
    const size_t name_size = strlen(name) + 1;
    const size_t data = aligned(archive->size + HEADER + name_size);
    const size_t end = aligned(data + size);
    uint8_t *memory = realloc(archive->bytes, end);
    if (!memory)
        abort();
    uint8_t *header = memory + archive->size;
    memset(header, 0, end - archive->size);
    memset(header, '0', HEADER);
    memcpy(header, "070701", 6);
    put_field(header, MODE_AT, 0100644);
    put_field(header, FILE_SIZE_AT, size);
    put_field(header, NAME_SIZE_AT, name_size);
    memcpy(header + HEADER, name, name_size);
    if (size > 0)
        memcpy(memory + data, bytes, size);
    *archive = (struct made_archive){memory, end};
}

void archive_begin(struct made_archive *archive)
{
    static const char seal[] = "theoris-archive 1.0\n";
    *archive = (struct made_archive){};
    archive_add(archive, "SEAL", seal, sizeof seal - 1);
}

void archive_end(struct made_archive *archive)
{
    archive_add(archive, "TRAILER!!!", nullptr, 0);
}

void archive_free(struct made_archive *archive)
{
    free(archive->bytes);
    *archive = (struct made_archive){};
}
