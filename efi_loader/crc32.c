// SPDX-License-Identifier: MIT
/// crc32: two ways to the same checksum. See the header.
///
/// With carry-less multiplication the message is folded: 16 bytes so far are replaced by 16 bytes
/// that leave the same remainder but stand 16 bytes later, and are added to what stands there
/// (Gopal and others, "Fast CRC computation for generic polynomials using PCLMULQDQ"). The last 16
/// bytes go through the tables, which saves the usual final reduction.
#include "crc32.h"

#include <cpuid.h>
#include <wmmintrin.h>

static const uint32_t polynomial = 0xEDB88320; // bit-reversed

/// tables[n][b]: the remainder of byte b followed by n zero bytes. Filled on first use.
static uint32_t tables[8][256];

static void tables_fill(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t remainder = byte;
        for (int bit = 0; bit < 8; bit++) {
            remainder = remainder >> 1 ^ ((remainder & 1) ? polynomial : 0);
        }
        tables[0][byte] = remainder;
    }
    for (size_t n = 1; n < 8; n++) {
        for (size_t byte = 0; byte < 256; byte++) {
            uint32_t shorter = tables[n - 1][byte];
            tables[n][byte] = shorter >> 8 ^ tables[0][shorter & 0xFF];
        }
    }
}

static uint32_t remainder_by_tables(uint32_t remainder, const uint8_t *bytes, size_t size)
{
    if (tables[0][1] == 0) {
        tables_fill();
    }
    for (; size >= 8; bytes += 8, size -= 8) {
        uint32_t low, high;
        __builtin_memcpy(&low, bytes, sizeof low);
        __builtin_memcpy(&high, bytes + 4, sizeof high);
        low ^= remainder;
        remainder = tables[7][low & 0xFF] ^ tables[6][low >> 8 & 0xFF] ^
                    tables[5][low >> 16 & 0xFF] ^ tables[4][low >> 24] ^ tables[3][high & 0xFF] ^
                    tables[2][high >> 8 & 0xFF] ^ tables[1][high >> 16 & 0xFF] ^
                    tables[0][high >> 24];
    }
    for (; size > 0; bytes++, size--) {
        remainder = remainder >> 8 ^ tables[0][(remainder ^ *bytes) & 0xFF];
    }
    return remainder;
}

/// `size` is at least 16.
[[gnu::target("pclmul,sse2")]] static uint32_t
remainder_by_folding(uint32_t remainder, const uint8_t *bytes, size_t size)
{
    // x^(128+32) and x^(128-32) modulo the polynomial, bit-reversed.
    const __m128i distances = _mm_set_epi64x(0x0CCAA009E, 0x1751997D0);
    __m128i folded = _mm_loadu_si128((const void *)bytes);
    folded = _mm_xor_si128(folded, _mm_cvtsi32_si128((int)remainder));
    for (bytes += 16, size -= 16; size >= 16; bytes += 16, size -= 16) {
        __m128i low = _mm_clmulepi64_si128(folded, distances, 0x00);
        __m128i high = _mm_clmulepi64_si128(folded, distances, 0x11);
        __m128i next = _mm_loadu_si128((const void *)bytes);
        folded = _mm_xor_si128(_mm_xor_si128(low, high), next);
    }
    uint8_t last[16];
    _mm_storeu_si128((void *)last, folded);
    return remainder_by_tables(remainder_by_tables(0, last, sizeof last), bytes, size);
}

static bool cpu_multiplies_without_carry(void)
{
    unsigned eax, ebx, ecx, edx;
    return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & bit_PCLMUL);
}

uint32_t crc32_in_way(enum crc32_way way, uint32_t before, const void *bytes, size_t size)
{
    // Below some hundred bytes the question costs more than the answer saves.
    if (way == CRC32_BEST_WAY && size >= 256 && cpu_multiplies_without_carry()) {
        return ~remainder_by_folding(~before, bytes, size);
    }
    return ~remainder_by_tables(~before, bytes, size);
}

uint32_t crc32(uint32_t before, const void *bytes, size_t size)
{
    return crc32_in_way(CRC32_BEST_WAY, before, bytes, size);
}
