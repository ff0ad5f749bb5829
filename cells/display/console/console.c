// SPDX-License-Identifier: MIT
/// console: the serial port needs '\r' before '\n', the screen does not.
#include <device/ps2_keyboard.h>
#include <device/serial_port.h>
#include <display/console.h>
#include <display/screen.h>

static void write_lines(const char *text, size_t length)
{
    size_t start = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '\n')
            continue;
        serial_write(SERIAL_COM1, text + start, i - start);
        serial_write(SERIAL_COM1, "\r\n", 2);
        start = i + 1;
    }
    serial_write(SERIAL_COM1, text + start, length - start);
}

void console_write(const char *text, size_t length)
{
    write_lines(text, length);
    screen_write(text, length);
}

int console_poll(void)
{
    const int byte = serial_read(SERIAL_COM1);
    return byte >= 0 ? byte : ps2_keyboard_read();
}

int console_read(void)
{
    int byte;
    while ((byte = console_poll()) < 0)
        __builtin_ia32_pause();
    return byte;
}
