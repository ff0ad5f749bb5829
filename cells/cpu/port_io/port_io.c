// SPDX-License-Identifier: MIT
/// port_io: one instruction a function. Each is a barrier for the compiler, because a device may
/// read or write memory in answer.
#include <cell/annotations.h>
#include <cpu/port_io.h>

UNSAFE(INFECTIOUS, "a device may do anything on an access to its port")
uint8_t port_read_8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

UNSAFE(INFECTIOUS, "a device may do anything on an access to its port")
uint16_t port_read_16(uint16_t port)
{
    uint16_t value;
    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

UNSAFE(INFECTIOUS, "a device may do anything on an access to its port")
uint32_t port_read_32(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

UNSAFE(INFECTIOUS, "a device may do anything on an access to its port")
void port_write_8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

UNSAFE(INFECTIOUS, "a device may do anything on an access to its port")
void port_write_16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

UNSAFE(INFECTIOUS, "a device may do anything on an access to its port")
void port_write_32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}
