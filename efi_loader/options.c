// SPDX-License-Identifier: MIT
/// options: joining and conversion. See the header.
#include "options.h"

#include <stdint.h>

static unsigned ucs2_at(const uint8_t *text, size_t index)
{
    return text[2 * index] | (unsigned)text[2 * index + 1] << 8;
}

/// Characters before the end or the first zero; 0 if one of them is not printable ASCII.
static size_t ascii_length(const uint8_t *text, size_t characters)
{
    size_t length = 0;
    for (; length < characters && ucs2_at(text, length) != 0; length++) {
        unsigned character = ucs2_at(text, length);
        if ((character < ' ' || character > '~') && character != '\t') {
            return 0;
        }
    }
    return length;
}

size_t options_room(size_t text_size, size_t load_options_size)
{
    return text_size + load_options_size / 2 + sizeof "\n";
}

size_t options_join(char *out, const char *text, size_t text_size, const void *load_options,
                    size_t load_options_size)
{
    size_t length = 0;
    while (length < text_size && text[length] != '\0') {
        out[length] = text[length];
        length++;
    }
    out[length++] = '\n';
    const uint8_t *characters = load_options;
    size_t count = ascii_length(characters, load_options_size / 2);
    for (size_t i = 0; i < count; i++) {
        out[length++] = (char)ucs2_at(characters, i);
    }
    out[length++] = '\0';
    return length;
}
