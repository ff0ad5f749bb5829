// SPDX-License-Identifier: MIT
/// screen: a text terminal on a linear framebuffer.
///
/// Understands UTF-8, one column a code point; \n (start of the next line), \r, \b, \t; of ANSI's
/// sequences the cursor movements CSI A B C D G H, the erasures CSI J K, and in CSI m the numbers
/// 0 1 7 22 27 and colours 30-37 39 40-47 49 90-97 100-107. OSC and other strings are swallowed up
/// to BEL or ESC \, unknown sequences are ignored. Bytes may be split over calls anywhere. A
/// character in the last column leaves the cursor there; the next one starts a new line.
///
/// It never reads the framebuffer, which is slow: it knows what it has drawn, and draws what
/// differs when a call ends. At most 240 x 80 characters are used, in the middle of the picture.
///
/// Callers:    one at a time; not interrupt handlers.
/// Live swap:  the state is kept.
/// Fault:      the picture may lag behind; the next call that scrolls or clears mends it.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct screen_framebuffer {
    volatile uint32_t *pixels; ///< 32 bits each; borrowed for as long as there is a screen
    uint32_t width;            ///< in pixels
    uint32_t height;           ///< in pixels
    uint32_t stride;           ///< pixels from one line to the next
    bool red_first;            ///< red, and not blue, is in the lowest byte
};

/// Clears the framebuffer and takes it into use. Null, or one too small for a character: there is
/// no screen, and writes are ignored as they are before the first call.
void screen_initialise(const struct screen_framebuffer *framebuffer);

/// Shows the text at the cursor.
void screen_write(const char *text, size_t length);

/// The size in characters; 0 without a screen.
uint32_t screen_columns(void);
uint32_t screen_rows(void);
