// SPDX-License-Identifier: MIT
#include <cell/checksum.h>
#include <cell/test.h>

TEST(the_sum_is_that_of_the_standard)
{
    EXPECT(checksum_crc32("123456789", 9) == 0xCBF43926);
    EXPECT(checksum_crc32("", 0) == 0);
    EXPECT(checksum_crc32("a", 1) == 0xE8B7BE43);
}

TEST(any_number_of_bytes_has_the_sum_of_the_standard)
{
    static const struct {
        size_t size;
        uint32_t sum; // of bytes 0, 7, 14 and so on, by zlib
    } SUMS[] = {{2, 0xDFBD875C}, {3, 0x57B862D2}, {4, 0xD75500FC},  {5, 0x72DF58F5},
                {7, 0x28B012A9}, {8, 0x2CFE44E9}, {31, 0xF4837CB8}, {64, 0xD324A7D4}};
    uint8_t bytes[64];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(7 * i);
    for (size_t i = 0; i < sizeof SUMS / sizeof *SUMS; i++)
        EXPECT(checksum_crc32(bytes, SUMS[i].size) == SUMS[i].sum);
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
