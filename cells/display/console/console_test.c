// SPDX-License-Identifier: MIT
/// On the host, with a model of the machine's ports and a small framebuffer in memory; inside the
/// system the tests would take the console away from its user.
#include <display/console.h>

#include <cell/test.h>

#if __STDC_HOSTED__
#include <device/ps2_keyboard.h>
#include <device/serial_port.h>
#include <display/screen.h>
#include <string.h>
#include <test/host/port_io.h>

enum : uint16_t { KEYBOARD_DATA = 0x60, KEYBOARD_CONTROL = 0x64, UART = 0x3F8 };
enum : uint16_t { UART_MODEM = UART + 4, UART_STATUS = UART + 5, UART_SCRATCH = UART + 7 };
enum : uint32_t { WIDTH = 160, HEIGHT = 64 };

static struct machine {
    struct port_model model;
    uint8_t scratch;
    bool loopback;
    char sent[64]; ///< over the serial port
    size_t sent_length;
    char typed[16]; ///< at the other end of the serial port
    size_t typed_length;
    unsigned silence;  ///< status reads before the first typed byte arrives
    uint8_t codes[16]; ///< from the keyboard
    size_t codes_length;
} machine;

static uint32_t picture[WIDTH * HEIGHT];

static uint8_t take_first(char *bytes, size_t *length)
{
    if (*length == 0)
        return 0;
    const uint8_t byte = (uint8_t)bytes[0];
    memmove(bytes, bytes + 1, --*length);
    return byte;
}

static uint8_t machine_status(struct machine *this)
{
    const uint8_t sent = 0x60;
    if (this->silence > 0)
        this->silence--;
    return this->typed_length > 0 && this->silence == 0 ? sent | 1 : sent;
}

static uint8_t machine_read(struct port_model *model, uint16_t port)
{
    struct machine *this = (struct machine *)model;
    switch (port + KEYBOARD_DATA) {
    case KEYBOARD_DATA:
        return take_first((char *)this->codes, &this->codes_length);
    case KEYBOARD_CONTROL:
        return this->codes_length > 0;
    case UART:
        return take_first(this->typed, &this->typed_length);
    case UART_STATUS:
        return machine_status(this);
    case UART_SCRATCH:
        return this->scratch;
    default:
        return 0xFF;
    }
}

static void machine_write(struct port_model *model, uint16_t port, uint8_t value)
{
    struct machine *this = (struct machine *)model;
    switch (port + KEYBOARD_DATA) {
    case KEYBOARD_DATA: // the keyboard acknowledges everything
        this->codes[this->codes_length++] = 0xFA;
        break;
    case KEYBOARD_CONTROL: // the controller's configuration is 0
        if (value == 0x20)
            this->codes[this->codes_length++] = 0;
        break;
    case UART:
        if (this->loopback)
            this->typed[this->typed_length++] = (char)value;
        else
            this->sent[this->sent_length++] = (char)value;
        break;
    case UART_MODEM:
        this->loopback = value & 0x10;
        break;
    case UART_SCRATCH:
        this->scratch = value;
        break;
    default:
        break;
    }
}

static void start(void)
{
    machine = (struct machine){.model = {KEYBOARD_DATA, UART_SCRATCH, machine_read, machine_write}};
    port_model_use(&machine.model);
    serial_initialise(SERIAL_COM1);
    screen_initialise(&(struct screen_framebuffer){picture, WIDTH, HEIGHT, WIDTH, false});
    // What the keyboard answers to its start need not concern these tests.
    if (ps2_keyboard_start() == STATUS_OK)
        machine.codes_length = 0;
    machine.sent_length = 0;
    machine.typed_length = 0;
}

static bool has_sent(const char *text)
{
    return machine.sent_length == strlen(text) && memcmp(machine.sent, text, strlen(text)) == 0;
}

HOST_TEST(text_goes_to_the_first_serial_port_and_to_the_screen)
{
    start();
    static uint32_t expected[WIDTH * HEIGHT];
    screen_write("a\nb", 3);
    memcpy(expected, picture, sizeof expected);
    start();
    console_write("a\n", 2);
    console_write("", 0);
    console_write("b", 1);
    EXPECT(has_sent("a\r\nb"));
    EXPECT(memcmp(expected, picture, sizeof expected) == 0);
}

HOST_TEST(the_serial_port_gets_a_return_before_each_new_line)
{
    start();
    console_write("\na\n\nb", 5);
    EXPECT(has_sent("\r\na\r\n\r\nb"));
}

HOST_TEST(input_comes_from_the_serial_port_and_from_the_keyboard)
{
    start();
    memcpy(machine.typed, "ab", machine.typed_length = 2);
    memcpy(machine.codes, "\x2D\x15", machine.codes_length = 2);
    EXPECT(console_poll() == 'a' && console_poll() == 'b');
    EXPECT(console_poll() == 'x' && console_poll() == 'y');
    EXPECT(console_poll() == -1);
}

HOST_TEST(a_read_waits_for_input)
{
    start();
    machine.typed[0] = (char)0xE4;
    machine.typed_length = 1;
    machine.silence = 1000;
    EXPECT(console_read() == 0xE4);
    EXPECT(machine.silence == 0);
}
#endif
