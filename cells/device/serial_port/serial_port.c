// SPDX-License-Identifier: MIT
/// serial_port: a polled 16550 UART. Sections cited are those named in registers.h.
///
/// The transmitter is asked once for each FIFO's fill, not for each byte: section 8.3 says that
/// UART_STATUS_HOLDING_EMPTY means an empty FIFO, which takes 16 bytes.
#include "registers.h"
#include <cell/annotations.h>

#include <cpu/port_io.h>
#include <device/serial_port.h>

/// Status reads before a transmitter counts as stuck. A full FIFO takes 1.4 ms to drain and a read
/// takes about a microsecond on the buses where such ports are found.
enum : unsigned { PATIENCE = 200000 };

static const uint16_t bases[] = {[SERIAL_COM1] = 0x3F8, [SERIAL_COM2] = 0x2F8};

// State, for each port.
STATE struct serial_port_state {
    bool present;
    bool stuck;       ///< it did not send in time: no more waiting until it does
    unsigned room;    ///< bytes that the transmitter takes without being asked again
    uint64_t dropped; ///< bytes
} ports[sizeof bases / sizeof bases[0]];

static uint8_t uart_read(enum serial_port port, uint16_t offset)
{
    return port_read_8(bases[port] + offset);
}

static void uart_write(enum serial_port port, uint16_t offset, uint8_t value)
{
    port_write_8(bases[port] + offset, value);
}

/// Waits until the line status has a bit of `mask`. False: it did not come.
static bool status_comes(enum serial_port port, uint8_t mask)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (uart_read(port, UART_LINE_STATUS) & mask)
            return true;
        __builtin_ia32_pause();
    }
    return false;
}

/// Whether the scratch register (section 8.9) keeps what is written, as no empty bus does.
static bool scratch_keeps(enum serial_port port, uint8_t value)
{
    uart_write(port, UART_SCRATCH, value);
    return uart_read(port, UART_SCRATCH) == value;
}

static void clear_fifos(enum serial_port port)
{
    uart_write(port, UART_FIFO_CONTROL,
               UART_FIFO_ENABLE | UART_FIFO_CLEAR_RECEIVER | UART_FIFO_CLEAR_TRANSMITTER);
}

static void set_line(enum serial_port port)
{
    uart_write(port, UART_INTERRUPT_ENABLE, 0);
    uart_write(port, UART_LINE_CONTROL, UART_DIVISOR_LATCH);
    uart_write(port, UART_DIVISOR_LOW, UART_DIVISOR_115200);
    uart_write(port, UART_DIVISOR_HIGH, 0);
    uart_write(port, UART_LINE_CONTROL, UART_LINE_8_BITS);
    clear_fifos(port);
}

/// Whether a byte comes back in the UART's loopback mode (section 8.7).
static bool loopback_works(enum serial_port port)
{
    const uint8_t sample = 0xAE;
    uart_write(port, UART_MODEM_CONTROL, UART_MODEM_LOOPBACK | UART_MODEM_DTR | UART_MODEM_RTS);
    uart_write(port, UART_DATA, sample);
    const bool works =
        status_comes(port, UART_STATUS_DATA_READY) && uart_read(port, UART_DATA) == sample;
    clear_fifos(port);
    uart_write(port, UART_MODEM_CONTROL, UART_MODEM_DTR | UART_MODEM_RTS);
    return works;
}

void serial_initialise(enum serial_port port)
{
    ports[port].present = false;
    ports[port].stuck = false;
    ports[port].room = 0;
    ports[port].dropped = 0;
    if (!scratch_keeps(port, 0x5A) || !scratch_keeps(port, 0xA5))
        return;
    if (!status_comes(port, UART_STATUS_ALL_SENT))
        ports[port].stuck = true;
    set_line(port);
    ports[port].present = loopback_works(port);
}

/// Whether the transmitter takes a byte now or, unless it is stuck, soon.
static bool transmitter_ready(enum serial_port port)
{
    if (ports[port].room > 0)
        return true;
    const bool ready = ports[port].stuck
                           ? uart_read(port, UART_LINE_STATUS) & UART_STATUS_HOLDING_EMPTY
                           : status_comes(port, UART_STATUS_HOLDING_EMPTY);
    ports[port].stuck = !ready;
    ports[port].room = ready ? UART_FIFO_DEPTH : 0;
    return ready;
}

void serial_write(enum serial_port port, const char *text, size_t length)
{
    if (!ports[port].present)
        return;
    for (size_t i = 0; i < length; i++) {
        if (!transmitter_ready(port)) {
            ports[port].dropped += length - i;
            return;
        }
        ports[port].room--;
        uart_write(port, UART_DATA, (uint8_t)text[i]);
    }
}

int serial_read(enum serial_port port)
{
    if (!ports[port].present || !(uart_read(port, UART_LINE_STATUS) & UART_STATUS_DATA_READY))
        return -1;
    return uart_read(port, UART_DATA);
}

uint64_t serial_dropped(enum serial_port port)
{
    return ports[port].dropped;
}
