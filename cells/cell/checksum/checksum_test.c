// SPDX-License-Identifier: MIT
#include <cell/checksum.h>
#include <cell/test.h>

TEST(the_sum_is_that_of_the_standard)
{
    EXPECT(checksum_crc32("123456789", 9) == 0xCBF43926);
    EXPECT(checksum_crc32("", 0) == 0);
    EXPECT(checksum_crc32("a", 1) == 0xE8B7BE43);
}

TEST(every_single_bit_matters)
{
    uint8_t bytes[32] = {};
    const uint32_t sum = checksum_crc32(bytes, sizeof bytes);
    for (unsigned bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        EXPECT(checksum_crc32(bytes, sizeof bytes) != sum);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}
