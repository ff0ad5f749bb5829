// SPDX-License-Identifier: MIT
/// serial_port: bytes over a 16550 UART at the PC's traditional addresses.
///
/// Polls; uses no interrupt. A port that is not there, or was not initialised, swallows what is
/// written and has nothing to read. One that stops sending (no partner drains it) delays a writer
/// once, for a bounded time; then bytes are dropped and counted until it sends again.
///
/// Callers:    one CPU at a time for each port.
/// Live swap:  the state is kept; the device needs no new start.
/// Fault:      at most the byte in hand is lost.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum serial_port { SERIAL_COM1, SERIAL_COM2 };

/// Sets the port to 115200 bits/s, 8 data bits, no parity, 1 stop bit, with FIFOs, after letting
/// what an earlier user wrote go out. Finds out whether there is a port at all.
void serial_initialise(enum serial_port port);

/// Sends the bytes as they are, waiting for the transmitter.
void serial_write(enum serial_port port, const char *text, size_t length);

/// The next byte received, 0 to 255; -1: there is none.
int serial_read(enum serial_port port);

/// How many bytes were dropped because the port did not send.
uint64_t serial_dropped(enum serial_port port);
