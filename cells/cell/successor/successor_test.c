// SPDX-License-Identifier: MIT
#include "stale_words.h"

#include <cell/cell_metadata.h>
#include <cell/test.h>

// What goes lies where nothing is; in it, what a function and a constant of this cell would be
// copies of.
enum : uint64_t { START = 0xFFFFFFFF70000000, SIZE = 0x10000, WORDS = 40 };

[[gnu::noinline, maybe_unused]] static int victim(int number)
{
    return number * 5 + 2;
}

[[maybe_unused]] static const volatile uint64_t constants[4] = {1, 2, 3, 4};

[[maybe_unused]] static struct stale_words sample(struct cell_move moves[static 2])
{
    int (*volatile function)(int) = victim;
    moves[0] = (struct cell_move){0x100, (uint64_t)function, 0x10};
    moves[1] = (struct cell_move){0x800, (uint64_t)constants, sizeof constants};
    return (struct stale_words){.start = START, .size = SIZE, .moves = {moves, 2}};
}

SYSTEM_TEST(words_that_point_elsewhere_are_left_alone)
{
    struct cell_move moves[2];
    struct stale_words stale = sample(moves);
    uint64_t words[WORDS] = {START - 1, START + SIZE, UINT64_MAX, 0, START << 1, START >> 1};
    EXPECT(!stale_words_redirect(&stale, (struct memory_words){words, WORDS}));
    EXPECT(stale.redirected == 0 && stale.looked_at == WORDS);
    EXPECT(words[0] == START - 1 && words[1] == START + SIZE && words[2] == UINT64_MAX);
}

SYSTEM_TEST(an_address_of_a_function_or_of_a_constant_is_redirected_wherever_it_lies)
{
    for (size_t i = 0; i < WORDS; i++) {
        struct cell_move moves[2];
        struct stale_words stale = sample(moves);
        uint64_t words[WORDS] = {};
        words[i] = START + moves[i % 2].from;
        EXPECT(!stale_words_redirect(&stale, (struct memory_words){words, WORDS}));
        EXPECT(words[i] == moves[i % 2].to && stale.redirected == 1);
    }
}

SYSTEM_TEST(what_points_into_the_middle_is_stuck_wherever_it_lies)
{
    for (size_t i = 0; i < WORDS; i++) {
        struct cell_move moves[2];
        struct stale_words stale = sample(moves);
        uint64_t words[WORDS] = {};
        words[i] = START + moves[i % 2].from + 8;
        EXPECT(stale_words_redirect(&stale, (struct memory_words){words, WORDS}) == &words[i]);
        EXPECT(words[i] == START + moves[i % 2].from + 8 && stale.redirected == 0);
    }
}

SYSTEM_TEST(what_points_to_no_cell_within_is_stuck)
{
    struct cell_move moves[2];
    struct stale_words stale = sample(moves);
    uint64_t words[3] = {START + moves[0].from, START, START + SIZE - 1};
    EXPECT(stale_words_redirect(&stale, (struct memory_words){words, 3}) == &words[1]);
    EXPECT(words[0] == moves[0].to);
    words[1] = 0;
    EXPECT(stale_words_redirect(&stale, (struct memory_words){words, 3}) == &words[2]);
}
