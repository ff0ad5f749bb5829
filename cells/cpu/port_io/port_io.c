// SPDX-License-Identifier: MIT
/// port_io: one instruction a function. Each is a barrier for the compiler, because a device may
/// read or write memory in answer.
#include <cell/annotations.h>
#include <cpu/port_io.h>

UNSAFE(INFECTIOUS, "a device may do anything on an access to its port")
[[gnu::always_inline]] static inline uint32_t read(uint16_t port, unsigned bytes)
{
    uint32_t value = 0;
    if (bytes == 1)
        asm volatile("inb %1, %b0" : "+a"(value) : "Nd"(port) : "memory");
    else if (bytes == 2)
        asm volatile("inw %1, %w0" : "+a"(value) : "Nd"(port) : "memory");
    else
        asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

UNSAFE(INFECTIOUS, "a device may do anything on an access to its port")
[[gnu::always_inline]] static inline void write(uint16_t port, uint32_t value, unsigned bytes)
{
    if (bytes == 1)
        asm volatile("outb %b0, %1" : : "a"(value), "Nd"(port) : "memory");
    else if (bytes == 2)
        asm volatile("outw %w0, %1" : : "a"(value), "Nd"(port) : "memory");
    else
        asm volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

uint8_t port_read_8(uint16_t port)
{
    return (uint8_t)read(port, 1);
}

uint16_t port_read_16(uint16_t port)
{
    return (uint16_t)read(port, 2);
}

uint32_t port_read_32(uint16_t port)
{
    return read(port, 4);
}

void port_write_8(uint16_t port, uint8_t value)
{
    write(port, value, 1);
}

void port_write_16(uint16_t port, uint16_t value)
{
    write(port, value, 2);
}

void port_write_32(uint16_t port, uint32_t value)
{
    write(port, value, 4);
}
