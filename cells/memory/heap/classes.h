// SPDX-License-Identifier: MIT
// classes: which sizes of pieces there are. Steps of 16 bytes up to 128, then four to a doubling,
// then such that a slab divides with a rest of 2 % at most. Of a piece above 128 bytes, at most a
// quarter is more than was asked for.
//
// Live swap, fault: constants.
#pragma once
#include <stdint.h>

enum : uint64_t {
    SLAB_SIZE = 65536, // also its alignment: the low 16 bits of an address are an offset
    SLAB_HEADER = 64,  // no piece begins at offset 0, which ends the lists
    LARGEST_SMALL = 8192,
    UNIT = 8, // sizes are told apart in steps of this
    UNITS = LARGEST_SMALL / UNIT,
};

enum { CLASSES = 32 };

static const uint16_t class_size[CLASSES] = {
    8,   16,  32,  48,  64,   80,   96,   112,  128,  160,  192,  224,  256,  320,  384,  448,
    512, 640, 768, 896, 1024, 1280, 1536, 1792, 2112, 2608, 3264, 4352, 5456, 6544, 8176, 9344};

// clang-format off
#define TWICE(...) __VA_ARGS__, __VA_ARGS__
#define TIMES_4(class) TWICE(TWICE(class))
#define TIMES_8(class) TWICE(TIMES_4(class))
#define TIMES_16(class) TWICE(TIMES_8(class))
#define TIMES_32(class) TWICE(TIMES_16(class))
#define TIMES_64(class) TWICE(TIMES_32(class))
#define TIMES_128(class) TWICE(TIMES_64(class))

// The class of a size of (index + 1) units.
static const uint8_t class_of[UNITS] = {
    0, 1, TWICE(2), TWICE(3), TWICE(4), TWICE(5), TWICE(6), TWICE(7), TWICE(8),
    TIMES_4(9), TIMES_4(10), TIMES_4(11), TIMES_4(12),
    TIMES_8(13), TIMES_8(14), TIMES_8(15), TIMES_8(16),
    TIMES_16(17), TIMES_16(18), TIMES_16(19), TIMES_16(20),
    TIMES_32(21), TIMES_32(22), TIMES_32(23),
    TIMES_32(24), TIMES_8(24),
    TIMES_32(25), TIMES_16(25), TIMES_8(25), TIMES_4(25), TWICE(25),
    TIMES_64(26), TIMES_16(26), TWICE(26),
    TIMES_128(27), TIMES_8(27),
    TIMES_128(28), TIMES_8(28), TWICE(28),
    TIMES_128(29), TIMES_8(29),
    TIMES_128(30), TIMES_64(30), TIMES_8(30), TIMES_4(30),
    TWICE(31),
};
// clang-format on
