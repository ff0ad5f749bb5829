// SPDX-License-Identifier: MIT
/// property: random numbers for tests that compare a cell with a simple model of it.
///
/// Each run has another seed, which is printed; THEORIS_SEED=SEED runs it again.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct random_numbers {
    uint64_t state;
};

/// Begins with the seed from the environment, or a new one.
static inline struct random_numbers random_begin(void)
{
    const char *given = getenv("THEORIS_SEED");
    struct timespec now = {};
    (void)timespec_get(&now, TIME_UTC);
    const uint64_t seed =
        given ? strtoull(given, nullptr, 0) : (uint64_t)now.tv_nsec << 20 ^ (uint64_t)now.tv_sec;
    printf("THEORIS_SEED=%lu\n", seed);
    return (struct random_numbers){seed};
}

/// A number below `limit`, which is not 0. SplitMix64.
static inline uint64_t random_below(struct random_numbers *numbers, uint64_t limit)
{
    uint64_t mixed = numbers->state += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return (mixed ^ mixed >> 31) % limit;
}
