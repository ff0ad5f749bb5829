// SPDX-License-Identifier: MIT
/// From bytes to changes of the grid: UTF-8, control characters, ANSI's sequences.
#pragma once
#include <stdint.h>

#include "grid.h"

enum : uint32_t {
    SCREEN_PARAMETERS = 8, ///< of a control sequence; more are ignored
    SCREEN_DEFAULT_FOREGROUND = 7,
    SCREEN_DEFAULT_BACKGROUND = 0,
    SCREEN_DEFAULT_COLOURS = SCREEN_DEFAULT_FOREGROUND << SCREEN_FOREGROUND_SHIFT |
                             SCREEN_DEFAULT_BACKGROUND << SCREEN_BACKGROUND_SHIFT,
};

enum screen_parser_state : uint8_t {
    SCREEN_GROUND,        ///< text
    SCREEN_CHARACTER,     ///< within the bytes of one character
    SCREEN_ESCAPE,        ///< after ESC
    SCREEN_CONTROL,       ///< within ESC [ ...
    SCREEN_STRING,        ///< within ESC ] ... and its like
    SCREEN_STRING_ESCAPE, ///< after an ESC in a string
};

struct screen_parser {
    enum screen_parser_state state;

    uint8_t bytes_left; ///< of the character
    uint32_t code_point;
    uint32_t least; ///< the smallest code point that needs so many bytes

    bool ignored; ///< the control sequence is of a kind that is unknown
    uint32_t parameter_count;
    uint32_t parameters[SCREEN_PARAMETERS];

    uint8_t foreground;
    uint8_t background;
    bool bold;
    bool inverse;
};

void screen_parser_start(struct screen_parser *parser);

/// Handles one byte.
void screen_parser_feed(struct screen_parser *parser, struct screen_grid *grid, uint8_t byte);
