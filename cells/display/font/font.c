// SPDX-License-Identifier: MIT
/// font: ASCII by index, the rest by binary search.
#include "font_data.h"

#include <display/font.h>

const uint8_t *font_glyph(uint32_t code_point)
{
    if (code_point < sizeof font_ascii / sizeof font_ascii[0])
        return font_ascii[code_point];
    uint32_t first = 0;
    uint32_t end = font_other_count;
    while (first < end) {
        const uint32_t middle = first + (end - first) / 2;
        if (font_code_points[middle] == code_point)
            return font_glyphs[middle];
        if (font_code_points[middle] < code_point)
            first = middle + 1;
        else
            end = middle;
    }
    return font_replacement;
}
