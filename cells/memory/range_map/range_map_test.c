// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/range_map.h>

enum { COUNT = 200 };

TEST(a_new_map_has_nothing_to_give)
{
    uint64_t words[4];
    struct range_map map;
    size_t first;
    range_map_initialise(&map, words, COUNT);
    EXPECT(map.free == 0);
    EXPECT_STATUS(STATUS_EXHAUSTED, range_map_take(&map, 1, &first));
}

TEST(taking_nothing_makes_no_sense)
{
    uint64_t words[4];
    struct range_map map;
    size_t first;
    range_map_initialise(&map, words, COUNT);
    EXPECT_STATUS(STATUS_INVALID, range_map_take(&map, 0, &first));
}

TEST(a_run_across_words_is_found_and_given_back)
{
    uint64_t words[4];
    struct range_map map;
    size_t first = 0;
    range_map_initialise(&map, words, COUNT);
    range_map_give(&map, 60, 100);
    EXPECT_STATUS(STATUS_EXHAUSTED, range_map_take(&map, 101, &first));
    EXPECT_STATUS(STATUS_OK, range_map_take(&map, 100, &first));
    EXPECT(first == 60 && map.free == 0);
    range_map_give(&map, first, 100);
    EXPECT(map.free == 100);
}

TEST(a_hole_splits_a_run)
{
    uint64_t words[4];
    struct range_map map;
    size_t first = 0;
    range_map_initialise(&map, words, COUNT);
    range_map_give(&map, 0, COUNT);
    range_map_reserve(&map, 100, 1);
    EXPECT_STATUS(STATUS_EXHAUSTED, range_map_take(&map, 101, &first));
    EXPECT_STATUS(STATUS_OK, range_map_take(&map, 100, &first));
    EXPECT(first == 0);
    EXPECT_STATUS(STATUS_OK, range_map_take(&map, 99, &first));
    EXPECT(first == 101);
}

TEST(a_run_beyond_the_end_is_clipped)
{
    uint64_t words[4];
    struct range_map map;
    range_map_initialise(&map, words, COUNT);
    range_map_give(&map, 190, 1000);
    EXPECT(map.free == 10);
    EXPECT(range_map_is_taken(&map, COUNT) && !range_map_is_taken(&map, COUNT - 1));
    range_map_give(&map, 5000, 1);
    EXPECT(map.free == 10);
}

TEST(giving_or_reserving_twice_counts_once)
{
    uint64_t words[4];
    struct range_map map;
    range_map_initialise(&map, words, COUNT);
    range_map_give(&map, 10, 20);
    range_map_give(&map, 15, 20);
    EXPECT(map.free == 25);
    range_map_reserve(&map, 0, 20);
    range_map_reserve(&map, 0, 20);
    EXPECT(map.free == 15);
}

// A simple model, one boolean a thing, must agree after each of many random operations.
TEST(random_operations_agree_with_a_model)
{
    uint64_t words[4];
    struct range_map map;
    bool taken[COUNT];
    uint64_t seed = 42;
    range_map_initialise(&map, words, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        taken[i] = true;
    for (size_t round = 0; round < 3000; round++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const size_t first = seed >> 33 & 255;
        const size_t count = (seed >> 41 & 31) + 1;
        size_t found = 0;
        if (seed >> 60 & 1) {
            range_map_give(&map, first, count);
            for (size_t i = first; i < first + count && i < COUNT; i++)
                taken[i] = false;
        } else if (range_map_take(&map, count, &found) == STATUS_OK) {
            EXPECT(found + count <= COUNT);
            for (size_t i = found; i < found + count; i++) {
                EXPECT(!taken[i]);
                taken[i] = true;
            }
        }
        size_t free = 0;
        for (size_t i = 0; i < COUNT; i++) {
            EXPECT(range_map_is_taken(&map, i) == taken[i]);
            free += !taken[i];
        }
        EXPECT(free == map.free);
    }
}
