// SPDX-License-Identifier: MIT
/// Whatever the bytes are, line_table_read() answers, and the file that it names lies in them. The
/// first two bytes choose section and offset.
#include <stdint.h>
#include <stdlib.h>

#include <cell/line_table.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct line_location location;
    if (size < 2)
        return 0;
    const uint8_t *table = bytes + 2;
    if (line_table_read(table, size - 2, bytes[0], bytes[1], &location) != STATUS_OK)
        return 0;
    const uint8_t *file = (const uint8_t *)location.file.start;
    if (file < table || file > bytes + size || location.file.length > (size_t)(bytes + size - file))
        abort();
    if (location.line == 0 || location.line > INT32_MAX)
        abort();
    return 0;
}
