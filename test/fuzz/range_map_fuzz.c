// SPDX-License-Identifier: MIT
/// Whatever changes the bytes ask for, the map agrees with a model that has a byte for each thing.
/// Six bytes are a step: what to do, an alignment, where (two), how many (two).
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <memory/range_map.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum : size_t { COUNT = 9000, WORDS = 150 };

static struct range_map map;
static uint64_t words[WORDS];
static bool free_things[COUNT];

static void set(size_t first, size_t count, bool taken)
{
    const volatile uint64_t decides = taken;
    OWNED(range_change, change);
    range_change_begin(&map, first, count, &decides, &change);
    for (size_t i = first; i < first + count; i++)
        free_things[i] = !taken;
}

static void look(const struct range_request *request)
{
    size_t found;
    if (!range_map_find(&map, request, &found))
        return;
    if (found < request->first || found + request->count > COUNT ||
        (request->alignment > 1 && (found + request->offset) % request->alignment))
        abort();
    for (size_t i = found; i < found + request->count; i++)
        if (!free_things[i])
            abort();
}

// A single free thing is always found, and it is the lowest one.
static void look_for_one(size_t from)
{
    size_t found = COUNT;
    size_t expected = from;
    const struct range_request request = {.count = 1, .first = from};
    (void)range_map_find(&map, &request, &found);
    while (expected < COUNT && !free_things[expected])
        expected++;
    if (found != expected)
        abort();
}

static void step(const uint8_t *bytes)
{
    const size_t first = (bytes[2] | (size_t)bytes[3] << 8) % COUNT;
    const size_t wanted = bytes[4] | (size_t)bytes[5] << 8;
    const size_t count = wanted % (COUNT - first) + 1;
    if (bytes[0] % 4 < 2)
        set(first, count, bytes[0] % 4);
    else if (bytes[0] % 4 == 2)
        look(&(struct range_request){.count = wanted,
                                     .alignment = UINT64_C(1) << bytes[1] % 16,
                                     .offset = first / 3,
                                     .first = first,
                                     .go_round = bytes[1] & 16});
    else
        look_for_one(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    memset(words, 0, sizeof words);
    memset(free_things, 0, sizeof free_things);
    range_map_initialise(&map, words, COUNT);
    for (size_t i = 0; i + 6 <= size; i += 6)
        step(bytes + i);
    size_t free = 0;
    for (size_t i = 0; i < COUNT; i++)
        free += free_things[i];
    if (map.free != free || range_map_count_free(&map, 0, COUNT) != free)
        abort();
    return 0;
}
