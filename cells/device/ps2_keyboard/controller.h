// SPDX-License-Identifier: MIT
/// The PC's keyboard controller. Sections are those of the data sheet "8242 Keyboard Controller",
/// Intel, and of IBM's "Personal System/2 Hardware Interface Technical Reference", "Keyboard and
/// Auxiliary Device Controller".
#pragma once
#include <stdint.h>

enum : uint16_t {
    PS2_DATA = 0x60,
    PS2_STATUS = 0x64,  ///< read
    PS2_COMMAND = 0x64, ///< written
};

enum : uint8_t {
    PS2_STATUS_OUTPUT_FULL = 1 << 0, ///< there is a byte to read
    PS2_STATUS_INPUT_FULL = 1 << 1,  ///< what was written has not been taken yet
    PS2_STATUS_MOUSE = 1 << 5,       ///< the byte to read is the auxiliary device's

    PS2_READ_CONFIGURATION = 0x20,
    PS2_WRITE_CONFIGURATION = 0x60,
    PS2_DISABLE_MOUSE = 0xA7,
    PS2_DISABLE_KEYBOARD = 0xAD,
    PS2_ENABLE_KEYBOARD = 0xAE,

    PS2_CONFIGURATION_INTERRUPTS = 1 << 0 | 1 << 1,
    PS2_CONFIGURATION_KEYBOARD_OFF = 1 << 4,
    PS2_CONFIGURATION_MOUSE_OFF = 1 << 5,
    PS2_CONFIGURATION_TRANSLATION = 1 << 6, ///< scan code set 2 to set 1

    PS2_KEYBOARD_ENABLE = 0xF4,   ///< to the keyboard: report keys
    PS2_KEYBOARD_DEFAULTS = 0xF6, ///< to the keyboard: scan code set 2, its own repeat rate
    PS2_KEYBOARD_ACKNOWLEDGES = 0xFA,
};
