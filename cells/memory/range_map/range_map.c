// SPDX-License-Identifier: MIT
// Bits are changed a word at a time, under a mask of those that belong to the run.
//
// The one rule of the hints: where a bit is clear, the word below is zero. So what becomes free is
// announced from the top level down before its bit is set; what becomes taken is passed on upwards
// after its bit is cleared. A fault in between leaves a hint too many, never one too few.
//
// Live swap:  the map is the caller's; nothing here is remembered.
// Fault:      a change repeats what it does, without harm: it sets bits to what they are to be, and
//             `free` to what was computed when it began.
#include <memory/range_map.h>

enum : size_t { WORD = RANGE_MAP_WORD, SHIFT = 6 };

static size_t words_for(size_t bits)
{
    return (bits + WORD - 1) / WORD;
}

// The bits of word `word` that belong to the run from `first` to before `end`.
static uint64_t word_mask(size_t word, size_t first, size_t end)
{
    uint64_t mask = ~UINT64_C(0);
    if (first > word * WORD)
        mask &= ~UINT64_C(0) << first % WORD;
    if (end - word * WORD < WORD)
        mask &= (UINT64_C(1) << end % WORD) - 1;
    return mask;
}

size_t range_map_words(size_t count)
{
    size_t total = 0;
    for (size_t bits = count; bits > 1; bits = words_for(bits))
        total += words_for(bits);
    return total ? total : 1;
}

void range_map_initialise(struct range_map *map, uint64_t *words, size_t count)
{
    *map = (struct range_map){.count = count};
    size_t bits = count;
    do {
        map->levels[map->level_count++] = words;
        bits = words_for(bits);
        words += bits;
    } while (bits > 1 && map->level_count < RANGE_MAP_LEVELS);
}

// Words of a level.
static size_t level_words(const struct range_map *map, size_t level)
{
    return ((map->count - 1) >> (level + 1) * SHIFT) + 1;
}

// Word `word` of level 0, which is zero, may have a free bit. Above a bit that is set, all are.
static void announce(struct range_map *map, size_t word)
{
    size_t level = 1;
    size_t bit = word;
    while (level < map->level_count && !(map->levels[level][bit / WORD] >> bit % WORD & 1)) {
        bit /= WORD;
        level++;
    }
    while (--level > 0) {
        bit = word >> (level - 1) * SHIFT;
        map->levels[level][bit / WORD] |= UINT64_C(1) << bit % WORD;
        COMPILER_BARRIER(); // the levels above come first
    }
}

// Word `word` of `level` is zero.
static void pass_on_empty(struct range_map *map, size_t level, size_t word)
{
    while (++level < map->level_count) {
        uint64_t *above = &map->levels[level][word / WORD];
        *above &= ~(UINT64_C(1) << word % WORD);
        COMPILER_BARRIER(); // the levels below come first
        if (*above)
            return;
        word /= WORD;
    }
}

static void mark_free(struct range_map *map, size_t first, size_t end)
{
    for (size_t word = first / WORD; word * WORD < end; word++) {
        uint64_t *bits = &map->levels[0][word];
        if (!*bits)
            announce(map, word);
        *bits |= word_mask(word, first, end);
    }
}

static void mark_taken(struct range_map *map, size_t first, size_t end)
{
    for (size_t word = first / WORD; word * WORD < end; word++) {
        uint64_t *bits = &map->levels[0][word];
        *bits &= ~word_mask(word, first, end);
        COMPILER_BARRIER(); // the levels below come first
        if (!*bits)
            pass_on_empty(map, 0, word);
    }
}

// The first free thing from `from` on, or the map's count. Climbs while a word has none, then goes
// down; where a hint sent it to a word that has none, it takes the hint back.
static size_t next_free(struct range_map *map, size_t from)
{
    size_t level = 0;
    size_t bit = from;
    while (level < map->level_count) {
        const size_t word = bit / WORD;
        if (word >= level_words(map, level))
            return map->count;
        const uint64_t all = map->levels[level][word];
        const uint64_t found = all & ~UINT64_C(0) << bit % WORD;
        if (!found) {
            if (!all)
                pass_on_empty(map, level, word);
            bit = word + 1;
            level++;
            continue;
        }
        bit = word * WORD + (size_t)__builtin_ctzll(found);
        if (level == 0)
            return bit;
        level--;
        bit *= WORD;
    }
    return map->count;
}

// One more than the last taken thing from `first` to before `end`, or `first`: none is.
static size_t after_last_taken(const struct range_map *map, size_t first, size_t end)
{
    for (size_t word = (end - 1) / WORD + 1; word-- > first / WORD;) {
        const uint64_t taken = ~map->levels[0][word] & word_mask(word, first, end);
        if (taken)
            return (word + 1) * WORD - (size_t)__builtin_clzll(taken);
    }
    return first;
}

// Looks at each place but those that the last taken thing of the one before rules out, so that no
// word is read more than twice.
static bool find_run(struct range_map *map, const struct range_request *request, size_t from,
                     size_t end, size_t *first)
{
    const size_t rest = request->alignment > 1 ? request->alignment - 1 : 0;
    size_t at = from;
    for (;;) {
        at = next_free(map, at);
        at = ((at + request->offset + rest) & ~rest) - request->offset;
        if (at >= end || end - at < request->count)
            return false;
        const size_t after = after_last_taken(map, at, at + request->count);
        if (after == at) {
            *first = at;
            return true;
        }
        at = after;
    }
}

bool range_map_find(struct range_map *map, const struct range_request *request, size_t *first)
{
    const size_t end = request->end && request->end < map->count ? request->end : map->count;
    if (request->count == 0 || request->count > map->free)
        return false;
    if (!request->go_round)
        return find_run(map, request, request->first, end, first);
    const size_t from = map->next > request->first ? map->next : request->first;
    if (!find_run(map, request, from, end, first) &&
        !find_run(map, request, request->first, end, first))
        return false;
    map->next = *first + request->count;
    return true;
}

size_t range_map_count_free_long(const struct range_map *map, size_t first, size_t count)
{
    if (first >= map->count)
        return 0;
    const size_t end = count > map->count - first ? map->count : first + count;
    size_t free = 0;
    for (size_t word = first / WORD; word * WORD < end; word++) {
        const uint64_t bits = map->levels[0][word] & word_mask(word, first, end);
        if (bits) // counting takes long where the CPU has no instruction for it
            free += ~bits ? (size_t)__builtin_popcountll(bits) : WORD;
    }
    return free;
}

size_t range_map_run_length(const struct range_map *map, size_t first, size_t limit)
{
    size_t at = first;
    while (at - first < limit && at < map->count) {
        const uint64_t taken = ~(map->levels[0][at / WORD] >> at % WORD);
        const size_t rest = WORD - at % WORD; // of the word
        const size_t free = taken ? (size_t)__builtin_ctzll(taken) : WORD;
        at += free < rest ? free : rest;
        if (free < rest)
            break;
    }
    return at - first < limit ? at - first : limit;
}

void range_change_drop(TAKES(struct range_change) change)
{
    if (!change->map)
        return;
    struct range_map *map = change->map;
    const size_t end = change->first + change->count;
    if (*change->decides) {
        mark_taken(map, change->first, end);
        map->free = change->free - change->count;
    } else {
        mark_free(map, change->first, end);
        map->free = change->free;
    }
    COMPILER_BARRIER(); // all is done before the change is over
    change->map = nullptr;
}

OWNERSHIP(range_change, map);

void range_boundary_drop(TAKES(struct range_boundary) boundary)
{
    if (!boundary->count)
        return;
    const struct range_run run = *boundary->decides ? boundary->apart : boundary->together;
    *boundary->first = run.first;
    *boundary->count = run.count;
    COMPILER_BARRIER();
    boundary->count = nullptr;
}

OWNERSHIP(range_boundary, count);
