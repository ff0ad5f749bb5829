// SPDX-License-Identifier: MIT
// The digest of files, which is made of all that a boot loads: a quarter of the instructions that
// SHA-256 takes, and less than half of SHA-512's. The names are RFC 7693's.
//
// The rounds are unrolled, so that the order of the words is part of the code.
//
// Live swap:  there is no state.
// Fault:      nothing to undo.
#include "blake2b.h"

enum { WORDS = 16, HALF = 8, ROUNDS = 12, ORDERS = 10 };
enum : size_t { BLOCK_SIZE = WORDS * sizeof(uint64_t) };

static const uint64_t IV[HALF] = {
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
};

static const uint8_t SIGMA[ORDERS][WORDS] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

struct blake2b_state {
    uint64_t h[HALF];
    uint64_t counter; // of bytes, those of the next block included
    uint64_t last;    // all ones: the next block is the last
};

static uint64_t rotate(uint64_t word, unsigned count)
{
    return word >> count | word << (64 - count);
}

[[gnu::always_inline]] static inline void mix(uint64_t v[WORDS], unsigned a, unsigned b, unsigned c,
                                              unsigned d, uint64_t x, uint64_t y)
{
    v[a] = v[a] + v[b] + x;
    v[d] = rotate(v[d] ^ v[a], 32);
    v[c] = v[c] + v[d];
    v[b] = rotate(v[b] ^ v[c], 24);
    v[a] = v[a] + v[b] + y;
    v[d] = rotate(v[d] ^ v[a], 16);
    v[c] = v[c] + v[d];
    v[b] = rotate(v[b] ^ v[c], 63);
}

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word = 0;
    for (unsigned i = 0; i < sizeof word; i++)
        word |= (uint64_t)bytes[i] << 8 * i;
    return word;
}

static void compress(struct blake2b_state *state, const uint8_t *block)
{
    uint64_t v[WORDS];
    uint64_t m[WORDS];
    for (unsigned i = 0; i < WORDS; i++)
        m[i] = word_at(block + i * sizeof *m);
    for (unsigned i = 0; i < HALF; i++) {
        v[i] = state->h[i];
        v[i + HALF] = IV[i];
    }
    v[12] ^= state->counter;
    v[14] ^= state->last;
#pragma clang loop unroll(full)
    for (unsigned round = 0; round < ROUNDS; round++) {
        const uint8_t *s = SIGMA[round % ORDERS];
        mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
        mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
        mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
        mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
        mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
        mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
        mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
        mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
    }
    for (unsigned i = 0; i < HALF; i++)
        state->h[i] ^= v[i] ^ v[i + HALF];
}

void blake2b(const uint8_t *bytes, size_t size, uint8_t result[static BLAKE2B_SIZE])
{
    struct blake2b_state state = {};
    uint8_t last[BLOCK_SIZE] = {};
    size_t at = 0;
    for (unsigned i = 0; i < HALF; i++)
        state.h[i] = IV[i];
    state.h[0] ^= 0x01010000 ^ BLAKE2B_SIZE;
    for (; size - at > BLOCK_SIZE; at += BLOCK_SIZE) {
        state.counter += BLOCK_SIZE;
        compress(&state, bytes + at);
    }
    for (size_t i = 0; i < size - at; i++)
        last[i] = bytes[at + i];
    state.counter = size;
    state.last = UINT64_MAX;
    compress(&state, last);
    for (size_t i = 0; i < BLAKE2B_SIZE; i++)
        result[i] = (uint8_t)(state.h[i / 8] >> 8 * (i % 8));
}
