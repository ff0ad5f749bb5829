// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/range_map.h>

#if __STDC_HOSTED__
#include <test/host/property.h>
#endif

enum : size_t { COUNT = 200, WORDS = 16 };

static void set(struct range_map *map, size_t first, size_t count, bool taken)
{
    const volatile uint64_t decides = taken;
    OWNED(range_change, change);
    range_change_begin(map, first, count, &decides, &change);
}

static bool find(struct range_map *map, size_t count, size_t *first)
{
    return range_map_find(map, &(struct range_request){.count = count}, first);
}

// Bits beyond a level's end are clear; a hint that is clear tells of nothing; `free` is right.
static bool is_sound(const struct range_map *map)
{
    size_t bits = map->count;
    for (size_t level = 0; level < map->level_count; level++) {
        const size_t words = (bits + 63) / 64;
        for (size_t i = 0; i < words; i++) {
            const uint64_t word = map->levels[level][i];
            if (word && level + 1 < map->level_count &&
                !(map->levels[level + 1][i / 64] >> i % 64 & 1))
                return false;
        }
        if (bits % 64 && map->levels[level][words - 1] >> bits % 64)
            return false;
        bits = words;
    }
    return map->free == range_map_count_free(map, 0, map->count);
}

TEST(a_new_map_has_nothing_to_give)
{
    uint64_t words[WORDS] = {};
    struct range_map map;
    size_t first;
    range_map_initialise(&map, words, COUNT);
    EXPECT(map.free == 0 && range_map_words(COUNT) == 5 && is_sound(&map));
    EXPECT(!find(&map, 1, &first));
}

TEST(finding_nothing_finds_nothing)
{
    uint64_t words[WORDS] = {};
    struct range_map map;
    size_t first;
    range_map_initialise(&map, words, COUNT);
    set(&map, 0, COUNT, false);
    EXPECT(!find(&map, 0, &first));
}

TEST(a_run_across_words_is_found_where_it_is)
{
    uint64_t words[WORDS] = {};
    struct range_map map;
    size_t first = 0;
    range_map_initialise(&map, words, COUNT);
    set(&map, 60, 100, false);
    EXPECT(!find(&map, 101, &first));
    EXPECT(find(&map, 100, &first) && first == 60);
    EXPECT(map.free == 100 && is_sound(&map));
    set(&map, 60, 100, true);
    EXPECT(map.free == 0 && !find(&map, 1, &first) && is_sound(&map));
}

TEST(a_hole_splits_a_run)
{
    uint64_t words[WORDS] = {};
    struct range_map map;
    size_t first = 0;
    range_map_initialise(&map, words, COUNT);
    set(&map, 0, COUNT, false);
    set(&map, 90, 1, true);
    EXPECT(!find(&map, 110, &first));
    EXPECT(find(&map, 109, &first) && first == 91);
    EXPECT(find(&map, 90, &first) && first == 0);
}

TEST(the_length_of_a_run_is_told)
{
    uint64_t words[WORDS] = {};
    struct range_map map;
    range_map_initialise(&map, words, COUNT);
    set(&map, 60, 100, false);
    set(&map, 190, 10, false);
    EXPECT(range_map_run_length(&map, 60, 1000) == 100);
    EXPECT(range_map_run_length(&map, 60, 14) == 14);
    EXPECT(range_map_run_length(&map, 128, 1000) == 32);
    EXPECT(range_map_run_length(&map, 59, 10) == 0 && range_map_run_length(&map, COUNT, 1) == 0);
    EXPECT(range_map_run_length(&map, 190, 20) == 10);
}

TEST(setting_twice_counts_once)
{
    uint64_t words[WORDS] = {};
    struct range_map map;
    range_map_initialise(&map, words, COUNT);
    set(&map, 10, 20, false);
    set(&map, 15, 20, false);
    EXPECT(map.free == 25);
    set(&map, 0, 20, true);
    set(&map, 0, 20, true);
    EXPECT(map.free == 15 && is_sound(&map));
}

TEST(a_run_is_aligned_as_asked_and_within_its_limits)
{
    uint64_t words[WORDS] = {};
    struct range_map map;
    size_t first = 0;
    range_map_initialise(&map, words, COUNT);
    set(&map, 5, COUNT - 5, false);
    EXPECT(range_map_find(&map, &(struct range_request){.count = 8, .alignment = 64}, &first));
    EXPECT(first == 64);
    EXPECT(range_map_find(&map, &(struct range_request){.count = 8, .alignment = 64, .offset = 60},
                          &first));
    EXPECT(first == 68);
    EXPECT(range_map_find(&map, &(struct range_request){.count = 8, .first = 77}, &first));
    EXPECT(first == 77);
    EXPECT(!range_map_find(&map, &(struct range_request){.count = 8, .end = 12}, &first));
    EXPECT(range_map_find(&map, &(struct range_request){.count = 7, .end = 12}, &first));
    EXPECT(first == 5);
    EXPECT(!range_map_find(&map, &(struct range_request){.count = 1, .first = COUNT}, &first));
}

TEST(a_search_that_goes_round_comes_back_last)
{
    uint64_t words[WORDS] = {};
    struct range_map map;
    size_t first;
    const struct range_request request = {.count = 10, .go_round = true};
    range_map_initialise(&map, words, COUNT);
    set(&map, 0, COUNT, false);
    for (size_t i = 0; i < COUNT / 10; i++)
        EXPECT(range_map_find(&map, &request, &first) && first == i * 10);
    EXPECT(range_map_find(&map, &request, &first) && first == 0);
}

TEST(a_search_takes_back_hints_that_are_wrong)
{
    uint64_t words[WORDS] = {};
    struct range_map map;
    size_t first = 0;
    range_map_initialise(&map, words, COUNT);
    set(&map, 199, 1, false);
    map.levels[1][0] |= 7; // as a fault between hint and bit leaves it
    EXPECT(find(&map, 1, &first) && first == 199 && map.levels[1][0] == 8);
}

TEST(a_change_ends_as_the_word_says_however_often_it_is_dropped)
{
    uint64_t words[WORDS] = {};
    volatile uint64_t owner = 0;
    struct range_map map;
    range_map_initialise(&map, words, COUNT);
    set(&map, 0, 100, false);
    for (unsigned round = 0; round < 4; round++) {
        OWNED(range_change, change);
        range_change_begin(&map, 30, 10, &owner, &change);
        owner = round % 2;
        const size_t free = change.free;
        range_change_drop(&change);
        EXPECT(map.free == 100 - owner * 10 && is_sound(&map));
        FILL(&change, .map = &map, .decides = &owner, .first = 30, .count = 10, .free = free);
        range_change_drop(&change);
        EXPECT(map.free == 100 - owner * 10 && is_sound(&map));
    }
}

TEST(a_boundary_follows_the_other_owner)
{
    uint64_t first = 10;
    volatile uint64_t count = 6;
    volatile uint64_t other = 0;
    for (uint64_t rest = 0; rest < 4; rest++) {
        OWNED(range_boundary, boundary);
        FILL(&boundary, .count = &count, .first = &first, .decides = &other,
             .apart = {10, 6 - rest}, .together = {10, 6});
        other = rest;
        range_boundary_drop(&boundary);
        EXPECT(first == 10 && count == 6 - rest && !boundary.count);
    }
}

#if __STDC_HOSTED__
enum : size_t { MODEL = 70000, MODEL_WORDS = 1200, ROUNDS = 6000, LONGEST = 9000 };

struct model {
    struct range_map map;
    uint64_t words[MODEL_WORDS];
    bool free[MODEL];
};

static bool all_free(const struct model *model, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        if (!model->free[i])
            return false;
    return true;
}

// The lowest run, looked for in the simplest way.
static bool find_simply(const struct model *model, const struct range_request *request, size_t *run)
{
    const size_t alignment = request->alignment ? request->alignment : 1;
    const size_t end = request->end && request->end < MODEL ? request->end : MODEL;
    size_t length = 0; // of the free run that ends before `i`
    for (size_t i = request->first; i < end; i++) {
        length = model->free[i] ? length + 1 : 0;
        if (length < request->count)
            continue;
        const size_t first = i + 1 - request->count;
        if ((first + request->offset) % alignment == 0) {
            *run = first;
            return true;
        }
    }
    return false;
}

static bool searches_agree(struct model *model, struct random_numbers *random)
{
    struct range_request request = {
        .count = 1 + random_below(random, random_below(random, 8) ? 70 : LONGEST),
        .alignment = UINT64_C(1) << random_below(random, 11),
        .offset = random_below(random, 5000),
        .first = random_below(random, MODEL),
        .end = random_below(random, 2) ? random_below(random, MODEL + 10) : 0,
    };
    size_t expected = 0;
    size_t found = 0;
    const bool there_is = find_simply(model, &request, &expected);
    if (range_map_find(&model->map, &request, &found) != there_is || found != expected)
        return false;
    request.go_round = true;
    return range_map_find(&model->map, &request, &found) == there_is &&
           (!there_is ||
            (found >= request.first && (found + request.offset) % request.alignment == 0 &&
             all_free(model, found, request.count)));
}

HOST_TEST(random_operations_agree_with_a_model)
{
    static struct model model;
    struct random_numbers random = random_begin();
    range_map_initialise(&model.map, model.words, MODEL);
    EXPECT(range_map_words(MODEL) <= MODEL_WORDS);
    for (size_t round = 0; round < ROUNDS; round++) {
        const size_t first = random_below(&random, MODEL);
        const size_t limit = random_below(&random, 4) ? 100 : LONGEST;
        size_t count = 1 + random_below(&random, limit);
        if (count > MODEL - first)
            count = MODEL - first;
        const bool taken = random_below(&random, 2);
        set(&model.map, first, count, taken);
        for (size_t i = first; i < first + count; i++)
            model.free[i] = !taken;
        EXPECT(is_sound(&model.map));
        EXPECT(searches_agree(&model, &random));
    }
    size_t free = 0;
    for (size_t i = 0; i < MODEL; i++) {
        EXPECT(range_map_count_free(&model.map, i, 1) == model.free[i]);
        free += model.free[i];
    }
    EXPECT(free == model.map.free);
}
#endif
