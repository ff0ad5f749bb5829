// SPDX-License-Identifier: MIT
// Bits are changed a word at a time, under a mask of those that belong to the run.
//
// Live swap:  the map is the caller's; nothing here is remembered.
// Fault:      `free` may then differ from the bits; the memory issue's allocators replace this.
#include <memory/range_map.h>

// The bits of word `word` that belong to the run from `first` to before `end`.
static uint64_t word_mask(size_t word, size_t first, size_t end)
{
    uint64_t mask = ~UINT64_C(0);
    if (first > word * 64)
        mask &= ~UINT64_C(0) << first % 64;
    if (end < (word + 1) * 64)
        mask &= (UINT64_C(1) << end % 64) - 1;
    return mask;
}

static size_t clip(const struct range_map *map, size_t first, size_t count)
{
    if (first >= map->count)
        return first;
    return count > map->count - first ? map->count : first + count;
}

void range_map_initialise(struct range_map *map, uint64_t *words, size_t count)
{
    for (size_t i = 0; i < range_map_words(count); i++)
        words[i] = ~UINT64_C(0);
    *map = (struct range_map){.words = words, .count = count};
}

void range_map_reserve(struct range_map *map, size_t first, size_t count)
{
    const size_t end = clip(map, first, count);
    for (size_t word = first / 64; word * 64 < end; word++) {
        const uint64_t changed = word_mask(word, first, end) & ~map->words[word];
        map->words[word] |= changed;
        map->free -= (size_t)__builtin_popcountll(changed);
    }
}

void range_map_give(struct range_map *map, size_t first, size_t count)
{
    const size_t end = clip(map, first, count);
    for (size_t word = first / 64; word * 64 < end; word++) {
        const uint64_t changed = word_mask(word, first, end) & map->words[word];
        map->words[word] &= ~changed;
        map->free += (size_t)__builtin_popcountll(changed);
    }
}

bool range_map_is_taken(const struct range_map *map, size_t index)
{
    return index >= map->count || (map->words[index / 64] >> (index % 64) & 1);
}

// The first free thing from `start` on, or the map's count.
static size_t next_free(const struct range_map *map, size_t start)
{
    for (size_t word = start / 64; word < range_map_words(map->count); word++) {
        const uint64_t free = ~map->words[word] & word_mask(word, start, map->count);
        if (free != 0)
            return word * 64 + (size_t)__builtin_ctzll(free);
    }
    return map->count;
}

// The first taken thing from `start` on, but `end` at most.
static size_t next_taken(const struct range_map *map, size_t start, size_t end)
{
    for (size_t word = start / 64; word * 64 < end; word++) {
        const uint64_t taken = map->words[word] & word_mask(word, start, end);
        if (taken != 0)
            return word * 64 + (size_t)__builtin_ctzll(taken);
    }
    return end;
}

static bool find_run(const struct range_map *map, size_t from, size_t count, size_t *first)
{
    size_t start = next_free(map, from);
    while (start < map->count && count <= map->count - start) {
        const size_t taken = next_taken(map, start, start + count);
        if (taken == start + count) {
            *first = start;
            return true;
        }
        start = next_free(map, taken);
    }
    return false;
}

enum status range_map_take(struct range_map *map, size_t count, size_t *first)
{
    if (count == 0)
        return STATUS_INVALID;
    if (count > map->free)
        return STATUS_EXHAUSTED;
    if (!find_run(map, map->next, count, first) && !find_run(map, 0, count, first))
        return STATUS_EXHAUSTED;
    range_map_reserve(map, *first, count);
    map->next = *first + count;
    return STATUS_OK;
}
