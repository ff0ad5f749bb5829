// SPDX-License-Identifier: MIT
#include <display/font.h>

#include <cell/test.h>

static bool same_glyph(uint32_t a, uint32_t b)
{
    for (int row = 0; row < FONT_HEIGHT; row++)
        if (font_glyph(a)[row] != font_glyph(b)[row])
            return false;
    return true;
}

static int ink(uint32_t code_point)
{
    int pixels = 0;
    for (int row = 0; row < FONT_HEIGHT; row++)
        pixels += __builtin_popcount(font_glyph(code_point)[row]);
    return pixels;
}

TEST(every_visible_character_of_ascii_has_a_glyph_of_its_own)
{
    for (uint32_t a = 0x21; a < 0x7F; a++) {
        EXPECT(ink(a) > 0);
        EXPECT(!same_glyph(a, 0xFFFD));
        for (uint32_t b = 0x20; b < a; b++)
            EXPECT(!same_glyph(a, b));
    }
}

TEST(a_blank_has_no_ink)
{
    EXPECT(ink(' ') == 0);
    EXPECT(ink(0xA0) == 0);
}

TEST(the_leftmost_pixel_is_the_highest_bit)
{
    // The stem of an L is left of its middle, at every height above the foot.
    int left = 0;
    int right = 0;
    for (int row = 0; row < FONT_HEIGHT / 2; row++) {
        left += __builtin_popcount(font_glyph('L')[row] & 0xF0);
        right += __builtin_popcount(font_glyph('L')[row] & 0x0F);
    }
    EXPECT(left > 0 && right == 0);
}

TEST(characters_beyond_ascii_are_found_at_both_ends_and_in_the_middle)
{
    EXPECT(!same_glyph(0xE4, 0xFFFD) && !same_glyph(0xE4, 'a'));
    EXPECT(!same_glyph(0x2500, 0xFFFD) && ink(0x2500) > 0);
    EXPECT(ink(0x2588) == FONT_WIDTH * FONT_HEIGHT);
}

TEST(an_unknown_character_and_a_control_look_like_the_replacement)
{
    EXPECT(ink(0xFFFD) > 0);
    EXPECT(same_glyph(0x10FFFF, 0xFFFD));
    EXPECT(same_glyph(UINT32_MAX, 0xFFFD));
    EXPECT(same_glyph(0x4E2D, 0xFFFD));
    EXPECT(same_glyph('\a', 0xFFFD));
}
