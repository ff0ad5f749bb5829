// SPDX-License-Identifier: MIT
// Bytes made an object.
#include <stdint.h>

struct header {
    uint32_t magic;
};

const struct header *header_of(const unsigned char *bytes)
{
    return (const struct header *)bytes; // expect: [cellcheck-unsafe]
}
