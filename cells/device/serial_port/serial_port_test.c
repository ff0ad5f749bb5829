// SPDX-License-Identifier: MIT
#include "registers.h"

#include <device/serial_port.h>

#include <cell/test.h>

/// The port that no other part of a running system writes commands or answers to.
#define PORT SERIAL_COM2

#if __STDC_HOSTED__
#include <string.h>
#include <test/host/port_io.h>

/// A 16550 with a partner that may stop taking bytes.
static struct uart {
    struct port_model model;
    uint8_t registers[UART_PORTS];
    uint8_t divisor[2];
    bool drains; ///< the partner takes bytes
    bool broken; ///< the loopback path does not work
    char fifo[UART_FIFO_DEPTH];
    unsigned waiting; ///< bytes in the FIFO
    unsigned lost;    ///< bytes written to a full FIFO
    char sent[128];
    size_t sent_length;
    char incoming[32];
    size_t incoming_length;
    unsigned long status_reads;
} uart;

static void uart_drain(struct uart *this)
{
    if (!this->drains)
        return;
    memcpy(this->sent + this->sent_length, this->fifo, this->waiting);
    this->sent_length += this->waiting;
    this->waiting = 0;
}

static uint8_t uart_take_incoming(struct uart *this)
{
    if (this->incoming_length == 0)
        return 0;
    const uint8_t byte = (uint8_t)this->incoming[0];
    memmove(this->incoming, this->incoming + 1, --this->incoming_length);
    return byte;
}

static uint8_t uart_model_read(struct port_model *model, uint16_t port)
{
    struct uart *this = (struct uart *)model;
    const bool latch = this->registers[UART_LINE_CONTROL] & UART_DIVISOR_LATCH;
    if (latch && port < 2)
        return this->divisor[port];
    if (port == UART_DATA)
        return uart_take_incoming(this);
    if (port != UART_LINE_STATUS)
        return this->registers[port];
    this->status_reads++;
    // The FIFO empties only while the driver waits, so that one overrun is noticed.
    uart_drain(this);
    const unsigned empty = UART_STATUS_HOLDING_EMPTY | UART_STATUS_ALL_SENT;
    return (uint8_t)((this->waiting == 0 ? empty : 0) |
                     (this->incoming_length > 0 ? UART_STATUS_DATA_READY : 0));
}

static void uart_send(struct uart *this, uint8_t value)
{
    if (this->registers[UART_MODEM_CONTROL] & UART_MODEM_LOOPBACK) {
        if (!this->broken)
            this->incoming[this->incoming_length++] = (char)value;
    } else if (this->waiting < UART_FIFO_DEPTH) {
        this->fifo[this->waiting++] = (char)value;
    } else {
        this->lost++;
    }
}

static void uart_model_write(struct port_model *model, uint16_t port, uint8_t value)
{
    struct uart *this = (struct uart *)model;
    if (this->registers[UART_LINE_CONTROL] & UART_DIVISOR_LATCH && port < 2) {
        this->divisor[port] = value;
        return;
    }
    this->registers[port] = value;
    if (port == UART_DATA)
        uart_send(this, value);
    if (port == UART_FIFO_CONTROL && value & UART_FIFO_CLEAR_RECEIVER)
        this->incoming_length = 0;
    if (port == UART_FIFO_CONTROL && value & UART_FIFO_CLEAR_TRANSMITTER)
        this->waiting = 0;
}

static void uart_plug_in(void)
{
    uart = (struct uart){
        .model = {0x2F8, 0x2FF, uart_model_read, uart_model_write},
        .divisor = {12, 1},
        .drains = true,
    };
    port_model_use(&uart.model);
}

static bool uart_has_sent(const char *text)
{
    uart_drain(&uart);
    return uart.sent_length == strlen(text) && memcmp(uart.sent, text, uart.sent_length) == 0;
}

HOST_TEST(the_line_is_set_to_115200_8n1_with_fifos_and_without_interrupts)
{
    uart_plug_in();
    serial_initialise(PORT);
    EXPECT(uart.divisor[0] == 1 && uart.divisor[1] == 0);
    EXPECT(uart.registers[UART_LINE_CONTROL] == UART_LINE_8_BITS);
    EXPECT(uart.registers[UART_FIFO_CONTROL] & UART_FIFO_ENABLE);
    EXPECT(uart.registers[UART_INTERRUPT_ENABLE] == 0);
    EXPECT(!(uart.registers[UART_MODEM_CONTROL] & UART_MODEM_LOOPBACK));
}

HOST_TEST(bytes_go_out_in_order_and_no_fifo_overflows)
{
    uart_plug_in();
    serial_initialise(PORT);
    const char *text = "more text than the sixteen bytes that a FIFO takes\n";
    for (size_t i = 0; i < 7; i++)
        serial_write(PORT, text + i, 1);
    serial_write(PORT, text + 7, strlen(text) - 7);
    EXPECT(uart.lost == 0);
    EXPECT(uart_has_sent(text));
    EXPECT(serial_dropped(PORT) == 0);
}

HOST_TEST(what_an_earlier_user_wrote_goes_out_before_the_line_is_set)
{
    uart_plug_in();
    uart.fifo[uart.waiting++] = 'x';
    serial_initialise(PORT);
    EXPECT(uart_has_sent("x"));
}

HOST_TEST(a_byte_received_is_read_once)
{
    uart_plug_in();
    serial_initialise(PORT);
    EXPECT(serial_read(PORT) == -1);
    uart.incoming[0] = (char)0xFF;
    uart.incoming[1] = 'a';
    uart.incoming_length = 2;
    EXPECT(serial_read(PORT) == 0xFF);
    EXPECT(serial_read(PORT) == 'a');
    EXPECT(serial_read(PORT) == -1);
}

HOST_TEST(a_stuck_partner_delays_one_write_and_the_rest_is_dropped_and_counted)
{
    uart_plug_in();
    serial_initialise(PORT);
    uart.drains = false;
    serial_write(PORT, "0123456789abcdef", 16);
    EXPECT(serial_dropped(PORT) == 0);
    serial_write(PORT, "lost", 4);
    EXPECT(serial_dropped(PORT) == 4);
    const unsigned long reads = uart.status_reads;
    serial_write(PORT, "lost too", 8);
    EXPECT(serial_dropped(PORT) == 12);
    EXPECT(uart.status_reads == reads + 1);
}

HOST_TEST(a_partner_that_takes_bytes_again_gets_the_later_ones)
{
    uart_plug_in();
    serial_initialise(PORT);
    uart.drains = false;
    serial_write(PORT, "0123456789abcdef-", 17);
    uart.drains = true;
    serial_write(PORT, "+", 1);
    EXPECT(uart_has_sent("0123456789abcdef+"));
    EXPECT(serial_dropped(PORT) == 1);
}

HOST_TEST(an_absent_port_swallows_output_and_has_no_input)
{
    port_model_use(nullptr);
    serial_initialise(PORT);
    serial_write(PORT, "text", 4);
    EXPECT(serial_dropped(PORT) == 0);
    EXPECT(serial_read(PORT) == -1);
}

HOST_TEST(a_port_whose_loopback_fails_counts_as_absent)
{
    uart_plug_in();
    uart.broken = true;
    serial_initialise(PORT);
    uart.incoming_length = 1;
    EXPECT(serial_read(PORT) == -1);
    serial_write(PORT, "text", 4);
    EXPECT(uart.waiting == 0 && uart.sent_length == 0);
}
#endif
