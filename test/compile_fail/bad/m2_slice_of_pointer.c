// SPDX-License-Identifier: MIT
// M.2: a pointer has no length, so it makes no slice.
#include <cell/slice.h>

struct bytes all_of(uint8_t *pointer)
{
    return SLICE_OF(bytes, pointer); // expect: array
}
