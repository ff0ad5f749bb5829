// SPDX-License-Identifier: MIT
/// range_map: which of a row of numbered things (frames, pages) are free.
///
/// One bit a thing, set if it is free, in storage that the caller lends for the map's lifetime: 0
/// is taken, so that a map of zeroed storage has nothing to give. That is level 0, and the truth.
/// A bit of level n says that a word of level n - 1 may have a bit set: a hint, which can only err
/// towards "look there", and is corrected where a search finds it wrong. So the next free thing is
/// found in as many steps as there are levels, one for each factor of 64.
///
///     free --range_change--> taken --range_change--> free
///
/// Finding does not take. What takes and gives is a *change* in progress, an owner: it names a run
/// and the word that decides, and when it is dropped the run is taken if that word is not zero, and
/// free if it is. That word is the live word of whatever owns the run: so the map agrees with the
/// owner whether the change ended by itself or was dropped by the recovery from a fault.
///
///     OWNED(range_change, change);
///     range_change_begin(map, first, count, &deed->count, &change);
///     FILL(deed, .first = first, .count = count);     from here on the run is the deed's
///                                                     the scope ends: the bits say so
///
/// Callers:    any context that holds the lock of the map, which is the caller's. One change of a
///             map at a time; the lock is held from before it begins until it is dropped.
/// Live swap:  the map is the caller's; nothing here is remembered.
/// Fault:      bits and `free` are journaled, by the change; hints and `next` are rebuildable.
/// Equation:   `free` is the number of set bits of level 0, unless a change is in progress.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/ownership.h>

enum : size_t {
    RANGE_MAP_LEVELS = 6, ///< for 2^36 things
    RANGE_MAP_WORD = 64,
};

struct range_map {
    uint64_t *levels[RANGE_MAP_LEVELS];
    size_t level_count;
    size_t count; ///< of things
    size_t free;  ///< of these
    size_t next;  ///< where a search that goes round starts; any value is right
};

/// What to look for: `count` adjacent free things from `first` on, the last before `end`. Where an
/// alignment is asked for, (their first + `offset`) is a multiple of it.
struct range_request {
    size_t count;
    size_t alignment; ///< a power of two; 0 and 1: none
    size_t offset;
    size_t first;
    size_t end;    ///< 0: that of the map
    bool go_round; ///< start where the last such search ended; else the lowest run is found
};

struct AFFINE range_change {
    LIVE_POINTER(struct range_map) map;
    BORROWS const volatile uint64_t *decides; ///< not zero: the run is taken
    size_t first;
    size_t count;
    size_t free; ///< the map's, if the run is free
};

/// Two adjacent runs with an owner each, of which `decides` is the live word of the other: while
/// that owns they are apart, else they are together. The drop makes the owner that stays say so.
struct AFFINE range_boundary {
    LIVE_POINTER(volatile uint64_t) count; ///< the live word of the owner that stays
    BORROWS uint64_t *first;               ///< and where its run begins
    BORROWS const volatile uint64_t *decides;
    struct range_run {
        uint64_t first;
        uint64_t count;
    } apart, together; ///< what it owns
};

/// Words of storage that a map of `count` things needs: one 64th of them, and one 63rd of that.
size_t range_map_words(size_t count);

/// Makes a map of `count` things, all taken, in `words`, which are zero.
void range_map_initialise(struct range_map *map, uint64_t *words, size_t count);

/// Whether there is what the request asks for; `first` says where. A count of 0 is nowhere.
bool range_map_find(struct range_map *map, const struct range_request *request, size_t *first);

/// How many adjacent things from `first` on are free, but `limit` at most.
size_t range_map_run_length(const struct range_map *map, size_t first, size_t limit);

/// Settles the change.
void range_change_drop(TAKES(struct range_change) change);

OWNS(range_change, map);

// Most runs are short: they lie in one word, whose bits are at hand. What follows does in place
// what they need, and leaves others to range_map.c.

/// The bits of a run in its word; 0: it is not short, or nothing.
[[gnu::always_inline]] static inline uint64_t range_map_mask(size_t first, size_t count)
{
    const size_t bit = first % RANGE_MAP_WORD;
    const size_t beyond = (RANGE_MAP_WORD - count) % RANGE_MAP_WORD;
    return count - 1 < RANGE_MAP_WORD - bit ? ~UINT64_C(0) >> beyond << bit : 0;
}

/// Whether the `count` things where the last search that goes round ended are a short run and free.
/// If so they are what such a search finds, and it ends behind them.
[[gnu::always_inline]] static inline bool range_map_find_next(struct range_map *map, size_t count,
                                                              size_t *first)
{
    const size_t next = map->next;
    const uint64_t mask = range_map_mask(next, count);
    if (!mask || next >= map->count || ~map->levels[0][next / RANGE_MAP_WORD] & mask)
        return false;
    *first = next;
    map->next = next + count;
    return true;
}

size_t range_map_count_free_long(const struct range_map *map, size_t first, size_t count);

/// How many of the `count` things from `first` on are free. Beyond the map nothing is.
[[gnu::always_inline]] static inline size_t range_map_count_free(const struct range_map *map,
                                                                 size_t first, size_t count)
{
    const uint64_t mask = range_map_mask(first, count);
    if (mask && first < map->count) {
        const uint64_t bits = map->levels[0][first / RANGE_MAP_WORD] & mask;
        if (bits == mask || !bits)
            return bits ? count : 0;
    }
    return range_map_count_free_long(map, first, count);
}

/// Begins a change of a run that is free, as one that was found is.
[[gnu::always_inline]] static inline void range_change_begin_free(struct range_map *map,
                                                                  size_t first, size_t count,
                                                                  const volatile uint64_t *decides,
                                                                  FILLS(struct range_change) change)
{
    FILL(change, .map = map, .decides = decides, .first = first, .count = count, .free = map->free);
}

/// Begins a change of a run, which lies in the map.
[[gnu::always_inline]] static inline void range_change_begin(struct range_map *map, size_t first,
                                                             size_t count,
                                                             const volatile uint64_t *decides,
                                                             FILLS(struct range_change) change)
{
    const size_t taken = count - range_map_count_free(map, first, count);
    FILL(change, .map = map, .decides = decides, .first = first, .count = count,
         .free = map->free + taken);
}

/// What the drop of a change does, with what its caller knows: whether the owner of the run from
/// `first` on `owns`. In place, if the run is short and no hint has to change.
[[gnu::always_inline]] static inline void range_change_settle(TAKES(struct range_change) change,
                                                              struct range_map *map, size_t first,
                                                              size_t count, bool owns)
{
    const uint64_t mask = range_map_mask(first, count);
    uint64_t *bits = &map->levels[0][first / RANGE_MAP_WORD];
    const uint64_t before = mask ? *bits : 0;
    const uint64_t after = owns ? before & ~mask : before | mask;
    if (!(owns ? after : before)) {
        range_change_drop(change);
        return;
    }
    *bits = after;
    map->free = change->free - (owns ? count : 0);
    COMPILER_BARRIER(); // all is done before the change is over
    change->map = nullptr;
}

/// Makes the owner that stays say what it owns.
void range_boundary_drop(TAKES(struct range_boundary) boundary);

OWNS(range_boundary, count);
