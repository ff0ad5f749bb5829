// SPDX-License-Identifier: MIT
/// port_io: the processor's I/O ports, the only place where IN and OUT stand.
///
/// A port with no device behind it reads as all ones and swallows what is written.
///
/// Callers:    any context. Who may use which port is agreed among drivers, not enforced.
/// Live swap:  no state; callers are relinked.
/// Fault:      none of its own: at ring 0 these instructions do not fault.
#pragma once
#include <stdint.h>

uint8_t port_read_8(uint16_t port);
uint16_t port_read_16(uint16_t port);
uint32_t port_read_32(uint16_t port);

void port_write_8(uint16_t port, uint8_t value);
void port_write_16(uint16_t port, uint16_t value);
void port_write_32(uint16_t port, uint32_t value);
