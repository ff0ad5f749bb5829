// SPDX-License-Identifier: MIT
// Two sorted arrays, searched by halving.
//
// Live swap:  nothing is remembered here.
// Fault:      see frame_table.h.
#include "frame_table.h"

size_t frame_table_words(size_t region_count)
{
    return region_count * 2 * sizeof(struct frame_region) / sizeof(uint64_t);
}

static bool is_memory(const struct memory_region *region)
{
    return region->kind == MEMORY_FREE || region->kind == MEMORY_USED;
}

size_t frame_table_indices(const struct memory_region *regions, size_t count)
{
    size_t indices = 0;
    for (size_t i = 0; i < count; i++)
        if (is_memory(&regions[i]))
            indices += regions[i].count + 1;
    return indices;
}

static size_t insert(struct frame_region *table, size_t count, const struct memory_region *region)
{
    size_t place = count;
    if (region->count == 0)
        return count;
    for (; place > 0 && table[place - 1].first > region->first; place--)
        table[place] = table[place - 1];
    table[place] = (struct frame_region){.first = region->first, .count = region->count};
    return count + 1;
}

static size_t join_adjacent(struct frame_region *table, size_t count)
{
    size_t joined = 0;
    for (size_t i = 0; i < count; i++) {
        struct frame_region *last = joined ? &table[joined - 1] : nullptr;
        if (last && last->first + last->count == table[i].first)
            last->count += table[i].count;
        else
            table[joined++] = table[i];
    }
    return joined;
}

void frame_table_make(struct frame_table *table, uint64_t *storage,
                      const struct memory_region *regions, size_t count)
{
    void *memory = storage;
    void *kept = storage + frame_table_words(count) / 2;
    *table = (struct frame_table){.memory = memory, .kept = kept};
    for (size_t i = 0; i < count; i++)
        if (is_memory(&regions[i]))
            table->memory_count = insert(table->memory, table->memory_count, &regions[i]);
        else if (regions[i].kind == MEMORY_RESERVED)
            table->kept_count = insert(table->kept, table->kept_count, &regions[i]);
    table->memory_count = join_adjacent(table->memory, table->memory_count);
    table->kept_count = join_adjacent(table->kept, table->kept_count);
    for (size_t i = 0; i < table->memory_count; i++) {
        table->memory[i].index = table->end;
        table->end += table->memory[i].count + 1;
    }
}

// How many regions begin at or below `frame`.
static size_t count_up_to(const struct frame_region *regions, size_t count, uint64_t frame)
{
    size_t low = 0;
    while (count > 0) {
        const size_t half = count / 2;
        if (regions[low + half].first <= frame) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low;
}

const struct frame_region *frame_table_find(const struct frame_table *table, uint64_t frame)
{
    const size_t below = count_up_to(table->memory, table->memory_count, frame);
    if (below == 0)
        return nullptr;
    const struct frame_region *region = &table->memory[below - 1];
    return frame - region->first < region->count ? region : nullptr;
}

size_t frame_table_index_from(const struct frame_table *table, uint64_t frame)
{
    const struct frame_region *region = frame_table_find(table, frame);
    if (region)
        return region->index + (frame - region->first);
    const size_t below = count_up_to(table->memory, table->memory_count, frame);
    return below < table->memory_count ? table->memory[below].index : table->end;
}

uint64_t frame_table_frame(const struct frame_table *table, size_t index)
{
    size_t low = 0;
    size_t high = table->memory_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (table->memory[middle].index <= index)
            low = middle;
        else
            high = middle;
    }
    return table->memory[low].first + (index - table->memory[low].index);
}

static bool has_some(const struct frame_region *regions, size_t region_count, uint64_t first,
                     uint64_t count)
{
    const size_t below = count_up_to(regions, region_count, first + count - 1);
    return below > 0 && regions[below - 1].first + regions[below - 1].count > first;
}

bool frame_table_has_some(const struct frame_table *table, uint64_t first, uint64_t count)
{
    return has_some(table->memory, table->memory_count, first, count) ||
           has_some(table->kept, table->kept_count, first, count);
}
