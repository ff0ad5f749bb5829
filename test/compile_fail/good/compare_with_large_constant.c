// SPDX-License-Identifier: MIT
// A constant that no signed number holds says nothing of a live word.
#include <stdint.h>

bool is_high(uint64_t address);

bool is_high(uint64_t address)
{
    return address >= UINT64_C(0xFFFFFFFF80000000) && address != UINT64_MAX;
}
