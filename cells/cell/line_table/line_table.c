// SPDX-License-Identifier: MIT
// The reader of one table. All numbers are unsigned LEB128, and any may be wrong: a reader that
// comes to the end, or to a number beyond 63 bits, only answers that it failed.
//
// Live swap:  nothing is remembered.
// Fault:      nothing is changed.
#include <cell/line_table.h>

enum : uint8_t { FORMAT_VERSION = 1 };

struct reader {
    const uint8_t *next;
    const uint8_t *end;
};

static bool take_number(struct reader *reader, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; shift < 63 && reader->next < reader->end; shift += 7) {
        const uint8_t byte = *reader->next++;
        *number |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

// Takes a length and then that many bytes.
static bool take_bytes(struct reader *reader, struct reader *bytes)
{
    uint64_t length;
    if (!take_number(reader, &length) || length > (uint64_t)(reader->end - reader->next))
        return false;
    *bytes = (struct reader){reader->next, reader->next + length};
    reader->next += length;
    return true;
}

// Steps over the file names.
static bool skip_files(struct reader *reader)
{
    uint64_t count;
    struct reader name;
    if (!take_number(reader, &count))
        return false;
    for (; count > 0; count--)
        if (!take_bytes(reader, &name))
            return false;
    return true;
}

static enum status find_file(struct reader files, uint64_t index, struct text *file)
{
    uint64_t count;
    struct reader name;
    if (!take_number(&files, &count) || index >= count)
        return STATUS_DAMAGED;
    for (uint64_t i = 0; i <= index; i++)
        if (!take_bytes(&files, &name))
            return STATUS_DAMAGED;
    *file = (struct text){(const char *)name.next, (size_t)(name.end - name.next)};
    return STATUS_OK;
}

static enum status find_section(struct reader *reader, size_t section, struct reader *rows)
{
    uint64_t count;
    if (!take_number(reader, &count))
        return STATUS_DAMAGED;
    if (section >= count)
        return STATUS_NOT_FOUND;
    for (size_t i = 0; i <= section; i++)
        if (!take_bytes(reader, rows))
            return STATUS_DAMAGED;
    return STATUS_OK;
}

// What the rows say up to one place. A line is kept as it is summed up, modulo 2^64: a wrong table
// gives a wrong sum, which is refused at the end.
struct position {
    uint64_t offset;
    uint64_t file;
    uint64_t line;
};

static bool take_row(struct reader *rows, struct position *position)
{
    uint64_t step;
    uint64_t line;
    if (!take_number(rows, &step))
        return false;
    position->offset += step >> 1;
    if ((step & 1) && !take_number(rows, &position->file))
        return false;
    if (!take_number(rows, &line))
        return false;
    position->line += line & 1 ? -(line / 2 + 1) : line / 2;
    return true;
}

static enum status find_row(struct reader rows, uint64_t offset, struct position *found)
{
    struct position position = {};
    *found = position;
    while (rows.next < rows.end) {
        if (!take_row(&rows, &position))
            return STATUS_DAMAGED;
        if (position.offset > offset)
            break;
        *found = position;
    }
    return found->line == 0 ? STATUS_NOT_FOUND : STATUS_OK;
}

enum status line_table_read(const uint8_t *table, size_t size, size_t section, uint64_t offset,
                            struct line_location *location)
{
    struct reader reader = {table, table + size};
    struct reader rows;
    struct position position;
    if (size == 0)
        return STATUS_DAMAGED;
    if (*reader.next++ != FORMAT_VERSION)
        return STATUS_UNSUPPORTED;
    const struct reader files = reader;
    if (!skip_files(&reader))
        return STATUS_DAMAGED;
    TRY(find_section(&reader, section, &rows));
    TRY(find_row(rows, offset, &position));
    if (position.line > INT32_MAX)
        return STATUS_DAMAGED;
    location->line = (unsigned)position.line;
    return find_file(files, position.file, &location->file);
}
