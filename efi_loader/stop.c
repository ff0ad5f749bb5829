// SPDX-License-Identifier: MIT
/// stop: telling the user and going back. See the header.
///
/// The firmware's console output usually goes to the serial port as well. Where the firmware has no
/// serial driver at all, the sentence is written to the 16550 at COM1 directly.
#include "stop.h"

#include "firmware.h"
#include "regions.h"

enum : uint16_t {
    COM1_DATA = 0x3F8,
    COM1_INTERRUPT_ENABLE = 0x3F9,
    COM1_DIVISOR_LOW = 0x3F8,  // while the line control has DIVISOR_ACCESS
    COM1_DIVISOR_HIGH = 0x3F9, // likewise
    COM1_LINE_CONTROL = 0x3FB,
    COM1_LINE_STATUS = 0x3FD,
};

enum : uint8_t {
    DIVISOR_ACCESS = 0x80,
    EIGHT_BITS_NO_PARITY = 0x03,
    BAUD_115200 = 1,
    TRANSMITTER_EMPTY = 0x20,
    NO_PORT = 0xFF, // what a bus without a device answers
};

static void port_write(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "d"(port));
}

static uint8_t port_read(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "d"(port));
    return value;
}

static bool firmware_drives_serial_ports(void)
{
    static EFI_GUID guid = SERIAL_IO_PROTOCOL;
    void *serial;
    return !EFI_ERROR(firmware.boot->LocateProtocol(&guid, nullptr, &serial));
}

static void serial_prepare(void)
{
    port_write(COM1_INTERRUPT_ENABLE, 0);
    port_write(COM1_LINE_CONTROL, DIVISOR_ACCESS | EIGHT_BITS_NO_PARITY);
    port_write(COM1_DIVISOR_LOW, BAUD_115200);
    port_write(COM1_DIVISOR_HIGH, 0);
    port_write(COM1_LINE_CONTROL, EIGHT_BITS_NO_PARITY);
}

static void serial_print(const char *text)
{
    for (; *text != '\0'; text++) {
        // A port that never gets ready must not keep the sentence from the screen.
        for (unsigned patience = 1'000'000; patience > 0; patience--) {
            if (port_read(COM1_LINE_STATUS) & TRANSMITTER_EMPTY) {
                break;
            }
        }
        port_write(COM1_DATA, (uint8_t)*text);
    }
}

static void screen_print(const char *text)
{
    SIMPLE_TEXT_OUTPUT_INTERFACE *screen = firmware.system->ConOut;
    if (!screen) {
        return;
    }
    while (*text != '\0') {
        CHAR16 piece[64];
        unsigned length = 0;
        while (*text != '\0' && length < 63) {
            piece[length++] = (CHAR16)*text++;
        }
        piece[length] = 0;
        screen->OutputString(screen, piece);
    }
}

static void wait_for_key(void)
{
    SIMPLE_INPUT_INTERFACE *keyboard = firmware.system->ConIn;
    if (!keyboard) {
        return;
    }
    keyboard->Reset(keyboard, false); // what was typed before is no answer
    EFI_INPUT_KEY key;
    UINTN index;
    do {
        firmware.boot->WaitForEvent(1, &keyboard->WaitForKey, &index);
    } while (keyboard->ReadKeyStroke(keyboard, &key) == EFI_NOT_READY);
}

void stop(const char *format, ...)
{
    struct sentence sentence, line;
    va_list arguments;
    va_start(arguments, format);
    sentence_write_list(&sentence, format, arguments);
    va_end(arguments);
    sentence_write(&line, "\r\ntheoris: stopped: %s\r\nPress a key to return to the firmware.\r\n",
                   sentence.text);
    // The firmware would reset the machine five minutes after it started us.
    firmware.boot->SetWatchdogTimer(0, 0, 0, nullptr);
    screen_print(line.text);
    if (!firmware_drives_serial_ports() && port_read(COM1_LINE_STATUS) != NO_PORT) {
        serial_prepare();
        serial_print(line.text);
    }
    wait_for_key();
    regions_give_back();
    firmware.boot->Exit(firmware.image, EFI_LOAD_ERROR, 0, nullptr);
    __builtin_unreachable();
}
