// SPDX-License-Identifier: MIT
#include <cell/relocation.h>
#include <cell/test.h>

enum : uint64_t { TOP = 0xFFFFFFFF80000000 };
enum : uint32_t { T64 = 1, PC32 = 2, PLT32 = 4, T32 = 10, T32S = 11, PC64 = 24, GOTPCREL = 9 };

static uint64_t field_of(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

TEST(each_type_computes_what_the_abi_says)
{
    static const struct {
        struct relocation relocation;
        uint64_t field;
    } cases[] = {
        {{T64, TOP, TOP + 0x1000, 8}, TOP + 0x1008}, {{PC32, TOP + 0x1000, TOP, -4}, 0xFFFFEFFC},
        {{PLT32, TOP, TOP + 0x1000, -4}, 0xFFC},     {{T32S, 0, TOP, 0}, 0x80000000},
        {{T32, 0, 0xFFFFFFFF, 0}, 0xFFFFFFFF},       {{PC64, TOP, 0, 16}, 0x80000010},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char bytes[8] = {};
        EXPECT_STATUS(STATUS_OK, relocation_apply(&cases[i].relocation, bytes));
        const size_t size = relocation_size(cases[i].relocation.type);
        EXPECT(field_of(bytes, size) == cases[i].field);
        for (size_t j = size; j < sizeof bytes; j++)
            EXPECT(bytes[j] == 0);
    }
}

TEST(a_value_that_does_not_fit_is_refused_and_nothing_is_written)
{
    static const struct relocation cases[] = {
        {T32, 0, UINT64_C(1) << 32, 0},
        {T32, 0, 0, -1},
        {T32S, 0, 0x80000000, 0},
        {T32S, 0, TOP, -1},
        {PC32, 0, TOP, -1},
        {PC32, TOP, 0, 0},
        {PLT32, 0xFFFFFE0000000000, TOP, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char bytes[8] = {};
        EXPECT_STATUS(STATUS_OVERFLOW, relocation_apply(&cases[i], bytes));
        EXPECT(field_of(bytes, 8) == 0);
    }
}

TEST(the_extremes_of_a_signed_field_fit)
{
    unsigned char bytes[4];
    EXPECT_STATUS(STATUS_OK, relocation_apply(&(struct relocation){PC32, 0, 0x7FFFFFFF, 0}, bytes));
    EXPECT(field_of(bytes, 4) == 0x7FFFFFFF);
    EXPECT_STATUS(STATUS_OK, relocation_apply(&(struct relocation){PC32, 0x80000000, 0, 0}, bytes));
    EXPECT(field_of(bytes, 4) == 0x80000000);
}

TEST(a_type_of_position_independent_code_is_unsupported)
{
    unsigned char bytes[8] = {};
    EXPECT(relocation_size(GOTPCREL) == 0);
    EXPECT_STATUS(STATUS_UNSUPPORTED,
                  relocation_apply(&(struct relocation){.type = GOTPCREL}, bytes));
}
