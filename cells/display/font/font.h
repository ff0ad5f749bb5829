// SPDX-License-Identifier: MIT
/// font: what each character looks like, 8 pixels wide and 16 high.
///
/// The glyphs are those of Spleen 8x16 (BSD-2-Clause), taken at build time from the distribution's
/// package fonts-spleen: Latin, box drawing, blocks, some symbols.
///
/// Callers:    any context: constant data, no state.
/// Live swap:  a glyph's address is good until the caller's cell is left; do not keep it.
/// Fault:      nothing to undo.
#pragma once
#include <stdint.h>

#define FONT_WIDTH 8
#define FONT_HEIGHT 16

/// The FONT_HEIGHT rows of a character, from the top, the leftmost pixel in the highest bit. For a
/// code point without a glyph: that of U+FFFD.
const uint8_t *font_glyph(uint32_t code_point);
