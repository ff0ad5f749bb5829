// SPDX-License-Identifier: MIT
// What is marked, and says why.
#include <stdint.h>

#include <cell/annotations.h>

UNSAFE(INNOCUOUS, "the processor's own instruction")
void halt(void)
{
    asm volatile("hlt");
}

UNSAFE(INFECTIOUS, "the register's address comes from the firmware's tables")
volatile uint32_t *device_register(uint64_t address)
{
    return (volatile uint32_t *)address;
}
