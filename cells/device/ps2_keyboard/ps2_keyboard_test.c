// SPDX-License-Identifier: MIT
#include "controller.h"
#include "decoder.h"

#include <device/ps2_keyboard.h>

#include <cell/test.h>

enum : uint8_t { UP = 0x80, SHIFT = 0x2A, CONTROL = 0x1D, ALT = 0x38, CAPS = 0x3A, NUM = 0x45 };
enum : uint8_t { A = 0x1E, C = 0x2E, ONE = 0x02, SLASH = 0x35, SPACE = 0x39 };

/// What the codes, ended by 0, give to a new decoder.
static bool codes_give(const uint8_t *codes, const char *expected, size_t length)
{
    struct ps2_decoder decoder;
    ps2_decoder_start(&decoder);
    size_t given = 0;
    for (; *codes != 0; codes++) {
        char input[PS2_KEY_BYTES];
        const size_t count = ps2_decode(&decoder, *codes, input);
        for (size_t i = 0; i < count; i++, given++)
            if (given >= length || input[i] != expected[given])
                return false;
    }
    return given == length;
}

#define GIVES(expected, ...)                                                                       \
    codes_give((const uint8_t[]){__VA_ARGS__, 0}, expected, sizeof expected - 1)

TEST(a_key_gives_its_character_when_it_goes_down_and_again_while_held)
{
    EXPECT(GIVES("a", A, A | UP));
    EXPECT(GIVES("aaa", A, A, A, A | UP));
    EXPECT(GIVES("1/ ", ONE, ONE | UP, SLASH, SLASH | UP, SPACE));
}

TEST(either_shift_gives_capitals_and_signs_until_it_goes_up)
{
    EXPECT(GIVES("A!a", SHIFT, A, ONE, SHIFT | UP, A));
    EXPECT(GIVES("AAa", SHIFT, 0x36, SHIFT | UP, A, 0x36, A, 0x36 | UP, A));
}

TEST(caps_lock_turns_letters_over_and_nothing_else)
{
    EXPECT(GIVES("A1a!", CAPS, CAPS | UP, A, ONE, SHIFT, A, ONE));
    EXPECT(GIVES("a", CAPS, CAPS | UP, CAPS, CAPS | UP, A));
}

TEST(control_gives_control_characters)
{
    EXPECT(GIVES("\003\001", CONTROL, C, SHIFT, A));
    EXPECT(GIVES("\003c", 0xE0, CONTROL, C, 0xE0, CONTROL | UP, C));
    EXPECT(GIVES("\0\033\034\035\037", CONTROL, SPACE, 0x1A, 0x2B, 0x1B, SLASH));
}

TEST(alt_puts_an_escape_before_the_character)
{
    EXPECT(GIVES("\033aa", ALT, A, ALT | UP, A));
    EXPECT(GIVES("\033\003", 0xE0, ALT, CONTROL, C));
}

TEST(editing_keys_give_what_terminals_send)
{
    EXPECT(GIVES("\r\177\t\033", 0x1C, 0x0E, 0x0F, 0x01));
}

TEST(cursor_keys_give_the_sequences_of_xterm)
{
    EXPECT(GIVES("\033[A\033[B\033[C\033[D", 0xE0, 0x48, 0xE0, 0x50, 0xE0, 0x4D, 0xE0, 0x4B));
    EXPECT(GIVES("\033[H\033[F\033[5~\033[6~", 0xE0, 0x47, 0xE0, 0x4F, 0xE0, 0x49, 0xE0, 0x51));
    EXPECT(GIVES("\033[2~\033[3~", 0xE0, 0x52, 0xE0, 0x53));
    EXPECT(GIVES("", 0xE0, 0x48 | UP));
}

TEST(a_shift_that_the_keyboard_puts_around_a_cursor_key_is_no_shift)
{
    EXPECT(GIVES("\033[Aa", 0xE0, SHIFT, 0xE0, 0x48, 0xE0, 0x48 | UP, 0xE0, SHIFT | UP, A));
    EXPECT(GIVES("\033[AA", SHIFT, 0xE0, SHIFT | UP, 0xE0, 0x48, 0xE0, SHIFT, A));
}

TEST(the_keypad_gives_digits_with_num_lock_and_moves_without_it)
{
    EXPECT(GIVES("789-456+1230.*", 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x51,
                 0x52, 0x53, 0x37));
    EXPECT(GIVES("\033[H\033[A-+", NUM, 0x47, 0x48, 0x4C, 0x4A, 0x4E));
    EXPECT(GIVES("\033[H", SHIFT, 0x47));
    EXPECT(GIVES("/\r", 0xE0, SLASH, 0xE0, 0x1C));
}

TEST(function_keys_give_the_sequences_of_xterm)
{
    EXPECT(GIVES("\033OP\033[15~\033[24~", 0x3B, 0x3F, 0x58));
}

TEST(the_pause_key_gives_nothing_and_is_no_control)
{
    EXPECT(GIVES("a", 0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5, A));
}

TEST(unknown_codes_give_nothing)
{
    struct ps2_decoder decoder;
    for (unsigned code = 0x59; code < 0x80; code++) {
        char input[PS2_KEY_BYTES];
        ps2_decoder_start(&decoder);
        EXPECT(ps2_decode(&decoder, (uint8_t)code, input) == 0);
        EXPECT(ps2_decode(&decoder, 0xE0, input) == 0);
        EXPECT(ps2_decode(&decoder, (uint8_t)code, input) == 0);
    }
}

#if __STDC_HOSTED__
#include <string.h>
#include <test/host/port_io.h>

/// A controller with a keyboard on ports 0x60 to 0x64.
static struct controller {
    struct port_model model;
    bool keyboard_there;
    bool keyboard_on; ///< it was told to report keys
    bool stuck;       ///< it takes no byte
    uint8_t configuration;
    uint8_t command; ///< that waits for its data
    bool from_mouse; ///< what there is to read is the mouse's
    uint8_t output[16];
    size_t output_length;
} controller;

static void controller_give(struct controller *this, uint8_t byte)
{
    this->output[this->output_length++] = byte;
}

static uint8_t controller_read(struct port_model *model, uint16_t port)
{
    struct controller *this = (struct controller *)model;
    if (port == PS2_STATUS - PS2_DATA)
        return (uint8_t)((this->output_length > 0 ? PS2_STATUS_OUTPUT_FULL : 0) |
                         (this->stuck ? PS2_STATUS_INPUT_FULL : 0) |
                         (this->from_mouse ? PS2_STATUS_MOUSE : 0));
    if (this->output_length == 0)
        return 0;
    const uint8_t byte = this->output[0];
    memmove(this->output, this->output + 1, --this->output_length);
    return byte;
}

static void controller_write(struct port_model *model, uint16_t port, uint8_t value)
{
    struct controller *this = (struct controller *)model;
    if (port == PS2_COMMAND - PS2_DATA) {
        this->command = value;
        if (value == PS2_READ_CONFIGURATION)
            controller_give(this, this->configuration);
        if (value == PS2_ENABLE_KEYBOARD)
            this->configuration &= (uint8_t)~PS2_CONFIGURATION_KEYBOARD_OFF;
        return;
    }
    if (this->command == PS2_WRITE_CONFIGURATION) {
        this->configuration = value;
    } else if (this->keyboard_there) {
        this->keyboard_on |= value == PS2_KEYBOARD_ENABLE;
        controller_give(this, PS2_KEYBOARD_ACKNOWLEDGES);
    }
    this->command = 0;
}

static void controller_plug_in(void)
{
    controller = (struct controller){
        .model = {PS2_DATA, PS2_STATUS, controller_read, controller_write},
        .keyboard_there = true,
        .configuration = PS2_CONFIGURATION_INTERRUPTS | PS2_CONFIGURATION_KEYBOARD_OFF,
    };
    port_model_use(&controller.model);
}

HOST_TEST(the_controller_translates_and_raises_no_interrupts)
{
    controller_plug_in();
    EXPECT_STATUS(STATUS_OK, ps2_keyboard_start());
    EXPECT(controller.keyboard_on);
    EXPECT(controller.configuration & PS2_CONFIGURATION_TRANSLATION);
    EXPECT(!(controller.configuration & PS2_CONFIGURATION_INTERRUPTS));
    EXPECT(!(controller.configuration & PS2_CONFIGURATION_KEYBOARD_OFF));
}

HOST_TEST(keys_pressed_before_the_start_are_forgotten)
{
    controller_plug_in();
    controller_give(&controller, A);
    EXPECT_STATUS(STATUS_OK, ps2_keyboard_start());
    EXPECT(controller.keyboard_on && ps2_keyboard_read() == -1);
}

HOST_TEST(a_sequence_is_read_byte_by_byte_before_the_next_key)
{
    controller_plug_in();
    EXPECT_STATUS(STATUS_OK, ps2_keyboard_start());
    controller_give(&controller, 0xE0);
    controller_give(&controller, 0x48);
    controller_give(&controller, A);
    const char *expected = "\033[Aa";
    for (size_t i = 0; i < 4; i++)
        EXPECT(ps2_keyboard_read() == expected[i]);
    EXPECT(ps2_keyboard_read() == -1);
}

HOST_TEST(bytes_of_the_mouse_are_passed_over)
{
    controller_plug_in();
    EXPECT_STATUS(STATUS_OK, ps2_keyboard_start());
    controller_give(&controller, A);
    controller.from_mouse = true;
    EXPECT(ps2_keyboard_read() == -1 && controller.output_length == 0);
}

HOST_TEST(without_a_controller_there_is_no_input)
{
    port_model_use(nullptr);
    EXPECT_STATUS(STATUS_OK, ps2_keyboard_start());
    EXPECT(ps2_keyboard_read() == -1);
}

HOST_TEST(without_a_keyboard_there_is_no_input)
{
    controller_plug_in();
    controller.keyboard_there = false;
    EXPECT_STATUS(STATUS_OK, ps2_keyboard_start());
    controller_give(&controller, A);
    EXPECT(ps2_keyboard_read() == -1);
}

HOST_TEST(a_controller_that_takes_no_byte_does_not_hang_the_start)
{
    controller_plug_in();
    controller.stuck = true;
    EXPECT_STATUS(STATUS_OK, ps2_keyboard_start());
    EXPECT(ps2_keyboard_read() == -1);
}
#endif
