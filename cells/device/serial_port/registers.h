// SPDX-License-Identifier: MIT
/// The 16550 UART's registers. Sections are those of the data sheet "PC16550D Universal
/// Asynchronous Receiver/Transmitter with FIFOs", National Semiconductor, June 1995, chapter 8.
#pragma once
#include <stdint.h>

/// Offsets from the port's base (table II).
enum : uint16_t {
    UART_DATA = 0,             ///< read: received byte; written: byte to send
    UART_INTERRUPT_ENABLE = 1, ///< section 8.6
    UART_FIFO_CONTROL = 2,     ///< section 8.4, write only
    UART_LINE_CONTROL = 3,     ///< section 8.1
    UART_MODEM_CONTROL = 4,    ///< section 8.7
    UART_LINE_STATUS = 5,      ///< section 8.3
    UART_MODEM_STATUS = 6,     ///< section 8.8
    UART_SCRATCH = 7,          ///< section 8.9
    UART_DIVISOR_LOW = 0,      ///< section 8.2, while UART_DIVISOR_LATCH is set
    UART_DIVISOR_HIGH = 1,
    UART_PORTS = 8,
};

enum : uint8_t {
    UART_FIFO_ENABLE = 1 << 0,
    UART_FIFO_CLEAR_RECEIVER = 1 << 1,
    UART_FIFO_CLEAR_TRANSMITTER = 1 << 2,

    UART_LINE_8_BITS = 3, ///< with the other bits clear: no parity, 1 stop bit
    UART_DIVISOR_LATCH = 1 << 7,

    UART_MODEM_DTR = 1 << 0,
    UART_MODEM_RTS = 1 << 1,
    UART_MODEM_LOOPBACK = 1 << 4,

    UART_STATUS_DATA_READY = 1 << 0,
    UART_STATUS_HOLDING_EMPTY = 1 << 5, ///< THRE: with FIFOs, the whole FIFO is empty
    UART_STATUS_ALL_SENT = 1 << 6,      ///< TEMT: the shift register is empty too
};

enum : unsigned {
    UART_FIFO_DEPTH = 16,    ///< bytes
    UART_DIVISOR_115200 = 1, ///< of the PC's 1.8432 MHz clock, section 8.5: divisor * 16 * rate
};
