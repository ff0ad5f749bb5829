// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <cell/text.h>
#include <fault/trap.h>

static enum trap_kind decode(const uint8_t (*code)[TRAP_LONGEST], size_t size)
{
    return trap_decode(*code, size);
}

TEST(a_check_gives_its_number)
{
    for (unsigned number = 0; number < 128; number++) {
        const uint8_t code[] = {0x67, 0x0F, 0xB9, 0x40, (uint8_t)number};
        EXPECT(decode(&code, 5) == number);
        EXPECT(decode(&code, 4) == TRAP_NONE);
    }
}

TEST(number_zero_has_a_shorter_instruction)
{
    EXPECT(decode(&(const uint8_t[5]){0x67, 0x0F, 0xB9, 0x00}, 4) == TRAP_ADD_OVERFLOW);
    EXPECT(decode(&(const uint8_t[5]){0x67, 0x0F, 0xB9, 0x00}, 3) == TRAP_NONE);
}

TEST(ud2_is_a_trap_that_was_asked_for)
{
    EXPECT(decode(&(const uint8_t[5]){0x0F, 0x0B}, 2) == TRAP_INTENDED);
    EXPECT(decode(&(const uint8_t[5]){0x67, 0x0F, 0xB9, 0x40, 0x40}, 5) == TRAP_OVERWRITE);
    EXPECT(decode(&(const uint8_t[5]){0x67, 0x0F, 0xB9, 0x40, 0x41}, 5) == TRAP_WRONG_TYPE);
    EXPECT(decode(&(const uint8_t[5]){0x0F, 0x0B}, 1) == TRAP_NONE);
}

TEST(other_instructions_are_no_traps)
{
    static const uint8_t others[][5] = {
        {0x0F, 0xB9, 0x40, 0x12},       // without the prefix
        {0x67, 0x0F, 0xB9, 0x41, 0x12}, // another base
        {0x67, 0x0F, 0xFF, 0x40, 0x12}, // ud0
        {0x67, 0x0F, 0x0B},             // ud2 with a prefix
        {0x90, 0x90, 0x90, 0x90, 0x90},
    };
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++)
        EXPECT(decode(&others[i], 5) == TRAP_NONE);
    EXPECT(trap_decode(others[0], 0) == TRAP_NONE);
}

TEST(each_kind_has_a_sentence_of_its_own)
{
    static const enum trap_kind kinds[] = {
        TRAP_ADD_OVERFLOW,
        TRAP_UNREACHABLE,
        TRAP_DIVISION,
        TRAP_FUNCTION_TYPE,
        TRAP_BUILTIN,
        TRAP_BOOL,
        TRAP_MULTIPLY_OVERFLOW,
        TRAP_NEGATE_OVERFLOW,
        TRAP_NULL_ARGUMENT,
        TRAP_NULL_RETURN,
        TRAP_BOUNDS,
        TRAP_POINTER_OVERFLOW,
        TRAP_SHIFT,
        TRAP_SUBTRACT_OVERFLOW,
        TRAP_POINTER,
        TRAP_ARRAY_SIZE,
        TRAP_OVERWRITE,
        TRAP_WRONG_TYPE,
        TRAP_INTENDED,
        TRAP_CALL,
        // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): a kind of another compiler
        (enum trap_kind)99,
    };
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (unsigned k = 0; k < i; k++)
            EXPECT(!text_equal(text_of(trap_sentence(kinds[i])), text_of(trap_sentence(kinds[k]))));
    EXPECT(text_equal(text_of(trap_sentence(TRAP_BOUNDS)), text_of("array index out of bounds")));
}
