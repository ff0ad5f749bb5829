// SPDX-License-Identifier: MIT
// M.2: a constant index beyond an array's end.
#include <stdint.h>

uint8_t beyond(void)
{
    const uint8_t bytes[4] = {1, 2, 3, 4};
    return bytes[4]; // expect: past the end of the array
}
