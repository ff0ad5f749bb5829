// SPDX-License-Identifier: MIT
/// What font_data.py makes of the font's file.
#pragma once
#include <display/font.h>

/// By code point; controls and other gaps hold the replacement.
extern const uint8_t font_ascii[128][FONT_HEIGHT];

/// The others: ascending code points, and the glyph of each.
extern const uint32_t font_other_count;
extern const uint32_t font_code_points[];
extern const uint8_t font_glyphs[][FONT_HEIGHT];

extern const uint8_t font_replacement[FONT_HEIGHT];
