// SPDX-License-Identifier: MIT
// Sources: Intel ICH9 datasheet 13.7.5 (reset control register 0CF9H); IBM PC/AT technical
// reference (8042: status port 64H bit 0, command FEH pulses the reset line).
//
// Live swap:  nothing is remembered.
// Fault:      a fault in here resets the machine.
#include <cell/spin_lock.h>
#include <stdarg.h>
#include <stdint.h>

#include <cpu/port_io.h>
#include <cpu/processor.h>
#include <device/serial_port.h>
#include <display/screen.h>
#include <fault/stop.h>
#include <libc/format.h>

enum : uint16_t { KEYBOARD_DATA = 0x60, KEYBOARD_STATUS = 0x64, RESET_CONTROL = 0xCF9 };
enum : uint8_t {
    KEYBOARD_HAS_DATA = 1 << 0,
    KEYBOARD_ABSENT = 0xFF,
    KEYBOARD_PULSE_RESET = 0xFE,
    SCAN_RELEASED = 1 << 7,
    RESET_HARD = 0x02,
    RESET_NOW = 0x06,
};

static void write_out([[maybe_unused]] void *context, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n')
            serial_write(SERIAL_COM1, "\r", 1);
        serial_write(SERIAL_COM1, text + i, 1);
    }
    screen_write(text, length);
}

static void print_arguments(const char *format, va_list arguments)
{
    struct format_sink sink = {.write = write_out};
    format_to(&sink, format, arguments);
}

void stop_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_arguments(format, arguments);
    va_end(arguments);
}

static bool key_pressed(void)
{
    const uint8_t status = port_read_8(KEYBOARD_STATUS);
    if (status == KEYBOARD_ABSENT || !(status & KEYBOARD_HAS_DATA))
        return false;
    return !(port_read_8(KEYBOARD_DATA) & SCAN_RELEASED);
}

void stop_reset(void)
{
    port_write_8(RESET_CONTROL, RESET_HARD);
    port_write_8(RESET_CONTROL, RESET_NOW);
    for (int i = 0; i < 1000000; i++)
        spin_pause();
    port_write_8(KEYBOARD_STATUS, KEYBOARD_PULSE_RESET);
    for (int i = 0; i < 1000000; i++)
        spin_pause();
    processor_shut_down();
}

void stop(const char *sentence, ...)
{
    va_list arguments;
    stop_print("\ntheoris: stopped: ");
    va_start(arguments, sentence);
    print_arguments(sentence, arguments);
    va_end(arguments);
    stop_print("\nPress a key to restart.\n");
    while (serial_read(SERIAL_COM1) < 0 && !key_pressed())
        spin_pause();
    stop_reset();
}
