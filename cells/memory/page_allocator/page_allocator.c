// SPDX-License-Identifier: MIT
// A map of pages for each area, under a lock of its own. A search asks for one page more on either
// side than is wanted, and takes what is between.
//
// Live swap:  the state below is all there is; the maps lie in the storage lent.
// Fault:      see page_allocator.h.
#include <cell/lock.h>
#include <memory/page_allocator.h>
#include <memory/range_map.h>

enum : uint64_t { PAGE = 4096, MIB = 1 << 20, GIB = 1 << 30, TIB = UINT64_C(1) << 40 };
enum : uint64_t { LEAF = 2 * MIB }; // what one table of the lowest level maps; areas are whole ones

// An area has at least `least` bytes, `times` those of the memory, and `most` at most.
struct area_size {
    uint64_t base;
    uint64_t least;
    uint64_t most;
    uint64_t times;
};

// docs/reference/address_space.md.
static const struct area_size sizes[PAGE_AREAS] = {
    [PAGES_CELLS] = {.base = 0xFFFFFFFF90000000,
                     .least = 256 * MIB,
                     .most = 1776 * MIB,
                     .times = 1},
    [PAGES_HEAP] = {.base = 0xFFFF800000000000, .least = GIB, .most = 124 * TIB, .times = 4},
    [PAGES_STACKS] = {.base = 0xFFFFFD8000000000,
                      .least = 256 * MIB,
                      .most = 512 * GIB,
                      .times = 1},
    [PAGES_DEVICES] = {.base = 0xFFFFFD0000000000, .least = GIB, .most = 512 * GIB, .times = 1},
};

struct area {
    struct spin_lock lock;
    struct range_map map GUARDED_BY(&lock);
    uint64_t early GUARDED_BY(&lock);  // pages given out before there is a map
    uint64_t gaps GUARDED_BY(&lock);   // of these, between what was given out
    uint64_t loaded GUARDED_BY(&lock); // pages in use that the loader chose, outside of the area
    uint64_t base;                     // address
    uint64_t count;                    // in pages
};

STATE struct page_allocator_state {
    struct area areas[PAGE_AREAS];
    bool adopted;
} state;

void page_allocator_start(uint64_t memory)
{
    state = (struct page_allocator_state){};
    for (size_t i = 0; i < PAGE_AREAS; i++) {
        const struct area_size *size = &sizes[i];
        uint64_t bytes = memory > size->most / size->times ? size->most : memory * size->times;
        if (bytes < size->least)
            bytes = size->least;
        state.areas[i].base = size->base;
        state.areas[i].count = bytes / LEAF * LEAF / PAGE;
    }
}

size_t page_allocator_storage_words(void)
{
    size_t words = 0;
    for (size_t i = 0; i < PAGE_AREAS; i++)
        words += range_map_words(state.areas[i].count);
    return words;
}

// What was given out early stays taken.
static void adopt_area(struct area *area, uint64_t *words)
{
    static const volatile uint64_t nobody = 0;
    HOLD(&area->lock);
    OWNED(range_change, change);
    range_map_initialise(&area->map, words, area->count);
    range_change_begin(&area->map, area->early, area->count - area->early, &nobody, &change);
}

void page_allocator_adopt(uint64_t *words)
{
    for (size_t i = 0; i < PAGE_AREAS; i++) {
        adopt_area(&state.areas[i], words);
        words += range_map_words(state.areas[i].count);
    }
    state.adopted = true;
}

// Pages off the beginning of the area, behind one that stays free. Their bits never become free.
[[gnu::noinline]] static enum status allocate_early(const struct page_request *request,
                                                    FILLS(struct pages) deed)
{
    struct area *area = &state.areas[request->area];
    HOLD(&area->lock);
    if (request->alignment > 1 || request->count > area->count - area->early - 2)
        return STATUS_EXHAUSTED;
    const uint64_t first = area->early + 1;
    area->early += request->count + 1;
    area->gaps++;
    FILL(deed, .address = area->base + first * PAGE, .count = request->count,
         .area = request->area);
    return STATUS_OK;
}

[[gnu::noinline]] static bool find(struct area *area, const struct page_request *request,
                                   uint64_t *first) REQUIRES(area->lock)
{
    size_t found;
    const struct range_request search = {
        .count = request->count + 2,
        .alignment = request->alignment,
        .offset = area->base / PAGE + 1,
        .go_round = true,
    };
    if (request->count > area->count || !range_map_find(&area->map, &search, &found))
        return false;
    *first = found + 1;
    return true;
}

// Where the last search ended, or else where one finds pages.
[[gnu::always_inline]] static inline bool find_here(struct area *area,
                                                    const struct page_request *request,
                                                    uint64_t *first) REQUIRES(area->lock)
{
    if (request->alignment > 1 || request->count > RANGE_MAP_WORD ||
        !range_map_find_next(&area->map, request->count + 2, first))
        return find(area, request, first);
    ++*first;
    return true;
}

[[gnu::always_inline]] static inline enum status allocate(const struct page_request *request,
                                                          FILLS(struct pages) deed)
{
    struct area *area = &state.areas[request->area];
    const uint64_t count = request->count;
    if (count == 0 || (request->alignment & (request->alignment - 1)))
        return STATUS_INVALID;
    if (!state.adopted)
        return allocate_early(request, deed);
    HOLD(&area->lock);
    OWNED(range_change, change);
    uint64_t first;
    if (!find_here(area, request, &first))
        return STATUS_EXHAUSTED;
    range_change_begin_free(&area->map, first, count, &deed->count, &change);
    FILL(deed, .address = area->base + first * PAGE, .count = count, .area = request->area);
    range_change_settle(&change, &area->map, first, count, true);
    return STATUS_OK;
}

enum status pages_allocate_for(const struct page_request *request, FILLS(struct pages) deed)
{
    return allocate(request, deed);
}

enum status pages_allocate(enum page_area area, uint64_t count, FILLS(struct pages) deed)
{
    if (count == 1) // compiled by itself, for it is what most ask for
        return allocate(&(struct page_request){.area = area, .count = 1}, deed);
    return pages_allocate_for(&(struct page_request){.area = area, .count = count}, deed);
}

// Not as one change: a fault in between leaves the figure too high.
[[gnu::noinline]] static void forget_loaded(struct area *area, TAKES(struct pages) deed)
    REQUIRES(area->lock)
{
    const uint64_t count = deed->count;
    deed->count = 0;
    area->loaded -= count;
}

// Gives the `count` pages of the deed back.
[[gnu::always_inline]] static inline void give(TAKES(struct pages) deed, uint64_t count)
{
    struct area *area = &state.areas[deed->area];
    HOLD(&area->lock);
    OWNED(range_change, change);
    const uint64_t first = (deed->address - area->base) / PAGE;
    if (__builtin_expect(first >= area->count, false)) {
        forget_loaded(area, deed);
        return;
    }
    range_change_begin(&area->map, first, count, &deed->count, &change);
    deed->count = 0;
    range_change_settle(&change, &area->map, first, count, false);
}

[[gnu::noinline]] static void give_many(TAKES(struct pages) deed)
{
    give(deed, deed->count);
}

void pages_drop(TAKES(struct pages) deed)
{
    if (!deed->count)
        return;
    if (!state.adopted)
        deed->count = 0;
    else if (deed->count == 1) // compiled by itself, as in pages_allocate()
        give(deed, 1);
    else
        give_many(deed);
}

OWNERSHIP(pages, count);

enum status pages_split(struct pages *deed, uint64_t count, FILLS(struct pages) rest)
{
    OWNED(range_boundary, boundary);
    const uint64_t left = deed->count - count;
    if (count == 0 || count >= deed->count)
        return STATUS_INVALID;
    FILL(&boundary, .count = &deed->count, .first = &deed->address, .decides = &rest->count,
         .apart = {deed->address, left}, .together = {deed->address, deed->count});
    FILL(rest, .address = deed->address + left * PAGE, .count = count, .area = deed->area);
    return STATUS_OK;
}

enum status pages_join(struct pages *deed, TAKES(struct pages) other)
{
    OWNED(range_boundary, boundary);
    if (!deed->count || !other->count || deed->area != other->area ||
        (deed->address + deed->count * PAGE != other->address &&
         other->address + other->count * PAGE != deed->address))
        return STATUS_INVALID;
    const uint64_t first = deed->address < other->address ? deed->address : other->address;
    FILL(&boundary, .count = &deed->count, .first = &deed->address, .decides = &other->count,
         .apart = {deed->address, deed->count}, .together = {first, deed->count + other->count});
    other->count = 0;
    return STATUS_OK;
}

bool pages_are_free(uint64_t address, uint64_t count)
{
    struct area *area = state.areas;
    while (address - area->base >= area->count * PAGE)
        if (++area == state.areas + PAGE_AREAS)
            return false;
    HOLD(&area->lock);
    return range_map_count_free(&area->map, (address - area->base) / PAGE, count) == count;
}

void pages_note_loaded(enum page_area area, uint64_t count)
{
    struct area *of = &state.areas[area];
    HOLD(&of->lock);
    of->loaded += count;
}

uint64_t pages_held(enum page_area area)
{
    struct area *of = &state.areas[area];
    HOLD(&of->lock);
    return (state.adopted ? of->count - of->map.free : of->early) - of->gaps + of->loaded;
}
