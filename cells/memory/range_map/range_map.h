// SPDX-License-Identifier: MIT
/// range_map: which of a row of numbered things (frames, pages) are taken.
///
/// One bit a thing, in storage that the caller lends for the map's lifetime. Finding a run takes
/// time linear in the map; the search starts where the last one ended.
///
///     free --take, reserve--> taken --give--> free
///
/// Equation: `free` is the number of clear bits below `count`; bits from `count` on are set.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/status.h>

struct range_map {
    uint64_t *words; ///< a set bit: taken
    size_t count;
    size_t free;
    size_t next; ///< where the next search starts; any value is right
};

/// Words of storage that a map of `count` things needs.
static inline size_t range_map_words(size_t count)
{
    return (count + 63) / 64;
}

/// Makes a map of `count` things, all taken, in `words`.
void range_map_initialise(struct range_map *map, uint64_t *words, size_t count);

/// Takes `count` adjacent free things; `first` says which.
/// STATUS_INVALID: count is 0. STATUS_EXHAUSTED: no free run is that long.
enum status range_map_take(struct range_map *map, size_t count, size_t *first);

/// Makes things free; taken ones of the run become free, free ones stay so.
void range_map_give(struct range_map *map, size_t first, size_t count);

/// Makes things taken, whatever they were.
void range_map_reserve(struct range_map *map, size_t first, size_t count);

bool range_map_is_taken(const struct range_map *map, size_t index);
