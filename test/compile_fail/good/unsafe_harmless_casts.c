// SPDX-License-Identifier: MIT
// Bytes of an object, void, const, and the sign of integers.
#include <stdint.h>

struct header {
    uint32_t magic;
};

uint32_t sum(const struct header *header, void *anything, const uint32_t *number)
{
    const unsigned char *bytes = (const unsigned char *)header;
    struct header *other = anything;
    const struct header *constant = (const struct header *)other;
    return bytes[0] + constant->magic + (uint32_t)*(const int32_t *)number;
}
