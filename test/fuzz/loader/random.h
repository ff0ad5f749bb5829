// SPDX-License-Identifier: MIT
/// random: numbers that follow from a seed, and values at which readers go wrong.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

static inline struct random random_from(uint32_t seed)
{
    return (struct random){UINT64_C(0x9E3779B97F4A7C15) * (seed + UINT64_C(1))};
}

/// SplitMix64.
static inline uint64_t random_next(struct random *random)
{
    uint64_t word = random->state += 0x9E3779B97F4A7C15;
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9;
    word = (word ^ word >> 27) * 0x94D049BB133111EB;
    return word ^ word >> 31;
}

/// From 0 to `limit` - 1; 0 where that is none.
static inline size_t random_below(struct random *random, size_t limit)
{
    return limit == 0 ? 0 : random_next(random) % limit;
}

/// A neighbour of `value`, a bound, or anything.
static inline uint64_t random_value(struct random *random, uint64_t value, size_t size,
                                    size_t count)
{
    const uint64_t values[] = {
        0,
        1,
        count,
        count - 1,
        size,
        size - 1,
        value + 1,
        value - 1,
        value + 8,
        value * 2,
        value ^ UINT64_C(1) << random_below(random, 64),
        UINT64_C(1) << random_below(random, 64),
        INT32_MAX,
        UINT32_MAX,
        UINT64_MAX,
        UINT64_C(1) << 63,
        UINT64_MAX - size,
        UINT64_MAX - value,
        random_below(random, count + 1),
        random_below(random, size + 1),
        random_next(random),
    };
    return values[random_below(random, sizeof values / sizeof *values)];
}
