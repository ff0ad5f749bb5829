// SPDX-License-Identifier: MIT
/// ps2_keyboard: the controller polled, and its scan codes decoded.
///
/// The controller's own test is not run: on some machines it resets what the firmware has set up,
/// and a failing one tells nothing that the missing answers do not.
#include "controller.h"
#include "decoder.h"
#include <cell/annotations.h>

#include <cpu/port_io.h>
#include <device/ps2_keyboard.h>

enum : unsigned {
    PATIENCE = 100000, ///< status reads, about a microsecond each; a keyboard answers in 20 ms
    LEFTOVERS = 64,    ///< bytes that the firmware may have left to be read
};

// State.
STATE struct ps2_keyboard_state {
    bool present;
    uint8_t length; ///< bytes of `input`
    uint8_t next;   ///< the first of them not yet read
    char input[PS2_KEY_BYTES];
    struct ps2_decoder decoder;
} keyboard;

/// Waits until the status has `value` in the bits of `mask`. False: it did not come.
static bool status_comes(uint8_t mask, uint8_t value)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if ((port_read_8(PS2_STATUS) & mask) == value)
            return true;
        __builtin_ia32_pause();
    }
    return false;
}

static bool send(uint16_t port, uint8_t byte)
{
    if (!status_comes(PS2_STATUS_INPUT_FULL, 0))
        return false;
    port_write_8(port, byte);
    return true;
}

static bool receive(uint8_t *byte)
{
    if (!status_comes(PS2_STATUS_OUTPUT_FULL, PS2_STATUS_OUTPUT_FULL))
        return false;
    *byte = port_read_8(PS2_DATA);
    return true;
}

static void discard_leftovers(void)
{
    for (unsigned i = 0; i < LEFTOVERS && port_read_8(PS2_STATUS) & PS2_STATUS_OUTPUT_FULL; i++)
        (void)port_read_8(PS2_DATA);
}

/// Silences both devices, then sets the controller to translate and to raise no interrupts.
static bool controller_starts(void)
{
    uint8_t configuration;
    if (!send(PS2_COMMAND, PS2_DISABLE_KEYBOARD) || !send(PS2_COMMAND, PS2_DISABLE_MOUSE))
        return false;
    discard_leftovers();
    if (!send(PS2_COMMAND, PS2_READ_CONFIGURATION) || !receive(&configuration))
        return false;
    configuration &= (uint8_t)~(PS2_CONFIGURATION_INTERRUPTS | PS2_CONFIGURATION_KEYBOARD_OFF);
    configuration |= PS2_CONFIGURATION_TRANSLATION | PS2_CONFIGURATION_MOUSE_OFF;
    return send(PS2_COMMAND, PS2_WRITE_CONFIGURATION) && send(PS2_DATA, configuration) &&
           send(PS2_COMMAND, PS2_ENABLE_KEYBOARD);
}

/// Gives the keyboard a command. Whatever comes before its answer was on its way already.
static bool keyboard_takes(uint8_t command)
{
    uint8_t answer;
    if (!send(PS2_DATA, command))
        return false;
    for (unsigned i = 0; i < LEFTOVERS && receive(&answer); i++)
        if (answer == PS2_KEYBOARD_ACKNOWLEDGES)
            return true;
    return false;
}

enum status ps2_keyboard_start(void)
{
    ps2_decoder_start(&keyboard.decoder);
    keyboard.length = 0;
    keyboard.next = 0;
    // No controller: the bus reads as all ones, and the status never has its input taken.
    keyboard.present = port_read_8(PS2_STATUS) != 0xFF && controller_starts() &&
                       keyboard_takes(PS2_KEYBOARD_DEFAULTS) && keyboard_takes(PS2_KEYBOARD_ENABLE);
    return STATUS_OK;
}

/// Decodes what the controller has until that gives input.
static void decode_waiting(void)
{
    keyboard.next = 0;
    keyboard.length = 0;
    while (keyboard.length == 0) {
        const uint8_t status = port_read_8(PS2_STATUS);
        if (!(status & PS2_STATUS_OUTPUT_FULL))
            return;
        const uint8_t code = port_read_8(PS2_DATA);
        if (!(status & PS2_STATUS_MOUSE))
            keyboard.length = (uint8_t)ps2_decode(&keyboard.decoder, code, keyboard.input);
    }
}

int ps2_keyboard_read(void)
{
    if (!keyboard.present)
        return -1;
    if (keyboard.next == keyboard.length)
        decode_waiting();
    if (keyboard.next == keyboard.length)
        return -1;
    return (uint8_t)keyboard.input[keyboard.next++];
}
