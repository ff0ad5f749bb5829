// SPDX-License-Identifier: MIT
// A number made a pointer.
#include <stdint.h>

volatile uint32_t *device_register(uint64_t address)
{
    return (volatile uint32_t *)address; // expect: [cellcheck-unsafe]
}
