// SPDX-License-Identifier: MIT
/// parser: one byte at a time, so that nothing depends on how a text was cut into calls.
#include "parser.h"

enum : uint8_t { BELL = 7, CANCEL = 0x18, SUBSTITUTE = 0x1A, ESCAPE = 0x1B, DELETE = 0x7F };

enum : uint32_t { REPLACEMENT = 0xFFFD, LARGEST_PARAMETER = 9999, TAB_WIDTH = 8 };

void screen_parser_start(struct screen_parser *parser)
{
    *parser = (struct screen_parser){
        .foreground = SCREEN_DEFAULT_FOREGROUND,
        .background = SCREEN_DEFAULT_BACKGROUND,
    };
}

static void control_character(struct screen_grid *grid, uint8_t byte)
{
    switch (byte) {
    case '\n':
        screen_grid_new_line(grid);
        break;
    case '\r':
        grid->column = 0;
        break;
    case '\b':
        screen_grid_move_by(grid, 0, -1);
        break;
    case '\t':
        screen_grid_move_by(grid, 0, TAB_WIDTH - grid->column % TAB_WIDTH);
        break;
    default:
        break;
    }
}

/// The parameter, or `absent` where there is none or it is 0.
static uint32_t parameter(const struct screen_parser *parser, uint32_t index, uint32_t absent)
{
    if (index >= parser->parameter_count || parser->parameters[index] == 0)
        return absent;
    return parser->parameters[index];
}

static void set_attribute(struct screen_parser *parser, uint32_t number)
{
    if (number == 0)
        screen_parser_start(parser);
    else if (number == 1)
        parser->bold = true;
    else if (number == 7)
        parser->inverse = true;
    else if (number == 22)
        parser->bold = false;
    else if (number == 27)
        parser->inverse = false;
    else if (number >= 30 && number <= 37)
        parser->foreground = (uint8_t)(number - 30);
    else if (number == 39)
        parser->foreground = SCREEN_DEFAULT_FOREGROUND;
    else if (number >= 40 && number <= 47)
        parser->background = (uint8_t)(number - 40);
    else if (number == 49)
        parser->background = SCREEN_DEFAULT_BACKGROUND;
    else if (number >= 90 && number <= 97)
        parser->foreground = (uint8_t)(number - 90 + 8);
    else if (number >= 100 && number <= 107)
        parser->background = (uint8_t)(number - 100 + 8);
}

static void set_attributes(struct screen_parser *parser, struct screen_grid *grid)
{
    struct screen_parser sequence = *parser;
    const uint32_t count = sequence.parameter_count > 0 ? sequence.parameter_count : 1;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t number = parameter(&sequence, i, 0);
        if (number == 38 || number == 48)
            break; // a colour in more numbers, which are no attributes
        set_attribute(parser, number);
    }
    const uint32_t foreground = parser->foreground | (parser->bold ? 8 : 0);
    const uint32_t background = parser->background;
    grid->colours = (parser->inverse ? background : foreground) << SCREEN_FOREGROUND_SHIFT |
                    (parser->inverse ? foreground : background) << SCREEN_BACKGROUND_SHIFT;
}

static void erase(const struct screen_parser *parser, struct screen_grid *grid,
                  void (*erase_part)(struct screen_grid *grid, enum screen_erasure erasure))
{
    const uint32_t part = parameter(parser, 0, SCREEN_ERASE_AFTER);
    if (part <= SCREEN_ERASE_ALL)
        erase_part(grid, (enum screen_erasure)part);
}

static void control_sequence(struct screen_parser *parser, struct screen_grid *grid, uint8_t last)
{
    const int64_t count = parameter(parser, 0, 1);
    switch (last) {
    case 'A':
        screen_grid_move_by(grid, -count, 0);
        break;
    case 'B':
        screen_grid_move_by(grid, count, 0);
        break;
    case 'C':
        screen_grid_move_by(grid, 0, count);
        break;
    case 'D':
        screen_grid_move_by(grid, 0, -count);
        break;
    case 'G':
        screen_grid_move_to(grid, grid->row, count - 1);
        break;
    case 'H':
    case 'f':
        screen_grid_move_to(grid, count - 1, (int64_t)parameter(parser, 1, 1) - 1);
        break;
    case 'J':
        erase(parser, grid, screen_grid_erase);
        break;
    case 'K':
        erase(parser, grid, screen_grid_erase_line);
        break;
    case 'm':
        set_attributes(parser, grid);
        break;
    default:
        break;
    }
}

/// A byte within a control sequence that is neither a control character nor its end.
static void parameter_byte(struct screen_parser *parser, uint8_t byte)
{
    if (parser->parameter_count == 0)
        parser->parameters[parser->parameter_count++] = 0;
    uint32_t *last = &parser->parameters[parser->parameter_count - 1];
    if (byte >= '0' && byte <= '9') {
        *last = *last * 10 + (byte - '0');
        if (*last > LARGEST_PARAMETER)
            *last = LARGEST_PARAMETER;
    } else if (byte == ';' && parser->parameter_count < SCREEN_PARAMETERS) {
        parser->parameters[parser->parameter_count++] = 0;
    } else {
        parser->ignored = true;
    }
}

static void feed_control(struct screen_parser *parser, struct screen_grid *grid, uint8_t byte)
{
    if (byte < ' ') {
        control_character(grid, byte);
    } else if (byte < '@') {
        parameter_byte(parser, byte);
    } else {
        parser->state = SCREEN_GROUND;
        if (!parser->ignored && byte < DELETE)
            control_sequence(parser, grid, byte);
    }
}

static void feed_escape(struct screen_parser *parser, struct screen_grid *grid, uint8_t byte)
{
    switch (byte) {
    case '[':
        parser->state = SCREEN_CONTROL;
        parser->ignored = false;
        parser->parameter_count = 0;
        break;
    case ']': // OSC, and the strings that other devices know: DCS, SOS, PM, APC
    case 'P':
    case 'X':
    case '^':
    case '_':
        parser->state = SCREEN_STRING;
        break;
    default:
        // Bytes below '0' come before the last one of a sequence such as ESC ( B.
        if (byte < ' ')
            control_character(grid, byte);
        else if (byte >= '0')
            parser->state = SCREEN_GROUND;
        break;
    }
}

/// A string also ends where a line does: a program that died within one does not hide all later
/// text.
static void feed_string(struct screen_parser *parser, struct screen_grid *grid, uint8_t byte)
{
    if (byte == BELL) {
        parser->state = SCREEN_GROUND;
    } else if (byte == '\n') {
        parser->state = SCREEN_GROUND;
        control_character(grid, byte);
    }
}

/// Begins a character of several bytes, or shows that `byte` cannot begin one.
static void feed_first(struct screen_parser *parser, struct screen_grid *grid, uint8_t byte)
{
    parser->state = SCREEN_CHARACTER;
    if (byte >= 0xC2 && byte < 0xE0) {
        parser->bytes_left = 1;
        parser->code_point = byte & 0x1F;
        parser->least = 0x80;
    } else if (byte >= 0xE0 && byte < 0xF0) {
        parser->bytes_left = 2;
        parser->code_point = byte & 0x0F;
        parser->least = 0x800;
    } else if (byte >= 0xF0 && byte < 0xF5) {
        parser->bytes_left = 3;
        parser->code_point = byte & 0x07;
        parser->least = 0x10000;
    } else {
        parser->state = SCREEN_GROUND;
        screen_grid_put(grid, REPLACEMENT);
    }
}

static void feed_ground(struct screen_parser *parser, struct screen_grid *grid, uint8_t byte)
{
    if (byte == ESCAPE)
        parser->state = SCREEN_ESCAPE;
    else if (byte < ' ')
        control_character(grid, byte);
    else if (byte < DELETE)
        screen_grid_put(grid, byte);
    else if (byte > DELETE)
        feed_first(parser, grid, byte);
}

static void feed_character(struct screen_parser *parser, struct screen_grid *grid, uint8_t byte)
{
    if ((byte & 0xC0) != 0x80) {
        // The character was cut short; the byte begins something new.
        parser->state = SCREEN_GROUND;
        screen_grid_put(grid, REPLACEMENT);
        feed_ground(parser, grid, byte);
        return;
    }
    parser->code_point = parser->code_point << 6 | (byte & 0x3F);
    if (--parser->bytes_left > 0)
        return;
    parser->state = SCREEN_GROUND;
    const bool valid = parser->code_point >= parser->least && parser->code_point <= 0x10FFFF &&
                       (parser->code_point < 0xD800 || parser->code_point > 0xDFFF);
    screen_grid_put(grid, valid ? parser->code_point : REPLACEMENT);
}

void screen_parser_feed(struct screen_parser *parser, struct screen_grid *grid, uint8_t byte)
{
    if (parser->state >= SCREEN_ESCAPE && (byte == CANCEL || byte == SUBSTITUTE)) {
        parser->state = SCREEN_GROUND;
        return;
    }
    if (parser->state >= SCREEN_ESCAPE && byte == ESCAPE) {
        parser->state = parser->state >= SCREEN_STRING ? SCREEN_STRING_ESCAPE : SCREEN_ESCAPE;
        return;
    }
    switch (parser->state) {
    case SCREEN_GROUND:
        feed_ground(parser, grid, byte);
        break;
    case SCREEN_CHARACTER:
        feed_character(parser, grid, byte);
        break;
    case SCREEN_ESCAPE:
        feed_escape(parser, grid, byte);
        break;
    case SCREEN_CONTROL:
        feed_control(parser, grid, byte);
        break;
    case SCREEN_STRING:
        feed_string(parser, grid, byte);
        break;
    case SCREEN_STRING_ESCAPE:
        // ESC \ ends the string; any other ESC ends it too and begins a sequence of its own.
        parser->state = SCREEN_ESCAPE;
        feed_escape(parser, grid, byte);
        break;
    }
}
