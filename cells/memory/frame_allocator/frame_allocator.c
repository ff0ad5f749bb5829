// SPDX-License-Identifier: MIT
// One map of all frames of memory, under one lock; before it, caches of single frames.
//
// A cache is a stack of frame numbers with a lock of its own, which is only ever tried: who finds
// it taken goes to the map. So it does not matter which CPU uses which cache: that each has its own
// is a hint for speed, and any CPU may empty the cache of another. Whoever uses a cache notes an
// owner, the *use*: it holds the lock, as the guard of a spin_lock does, and is the change in
// progress as well. The frame at a place of the stack is the cache's or the deed's, and the one
// store that says which is that of the stack's height.
//
// Only frames of the highest zone that the machine has are kept in caches: others are needed for
// requests with a limit. A cache knows one region whose frames it takes at once; for any other, the
// table is asked.
//
// Lock order: the map's, then a cache's. Claims have a lock of their own, taken alone. No slot that
// drops frames is declared while the map's lock is held: its drop would wait for that.
//
// Live swap:  the state below is all there is; the table and the map lie in the storage lent.
// Fault:      see frame_allocator.h.
#include <cell/lock.h>
#include <memory/frame_allocator.h>
#include <memory/range_map.h>

#include "device_claims.h"
#include "frame_table.h"

enum : uint64_t {
    BELOW_1_MIB = (UINT64_C(1) << 20) / FRAME_SIZE,
    BELOW_4_GIB = (UINT64_C(1) << 32) / FRAME_SIZE,
    FRAME_LIMIT = (UINT64_C(1) << 52) / FRAME_SIZE,
};
enum { CACHES = 64, CACHE_FRAMES = 28, BATCH = 14, ZONES = 3 };

struct frame_cache {
    struct spin_lock lock; // names the use; only tried
    uint64_t height GUARDED_BY(&lock);
    uint64_t first GUARDED_BY(&lock); // the region whose frames it takes
    uint64_t count GUARDED_BY(&lock);
    uint64_t frames[CACHE_FRAMES] GUARDED_BY(&lock);
};

static_assert(sizeof(struct frame_cache) == 256, "an element of an array is found by a shift");

STATE struct frame_allocator_state {
    struct spin_lock lock;
    struct range_map map GUARDED_BY(&lock);
    // Constant once there is a map.
    struct frame_table table;
    size_t zones[ZONES];  // indices of the first frame from 4 GiB on, from 1 MiB on, of all
    uint64_t cached_from; // frame number
    uint64_t total;       // frames
    uint64_t reserved;    // frames
    bool adopted;
    // Until there is a map.
    BORROWS const struct memory_region *regions;
    size_t region_count;
    size_t early;        // frames come off the end of this region
    uint64_t early_left; // of it
    uint64_t chosen_caches;
    struct frame_cache caches[CACHES];
} state;

PER_CPU uint64_t own_cache; // its number, from 1; 0: not chosen yet

struct AFFINE cache_use {
    LIVE_WORD uint64_t cache;                 // its number, from 1
    BORROWS const volatile uint64_t *decides; // not zero: the deed has what moves; null: none does
    uint64_t height_with;                     // of the cache, if the deed has it
    uint64_t height_without;
};

// Settles what was begun, and lets go. Called for uses that are noted only, not for empty ones.
static inline void cache_use_drop(TAKES(struct cache_use) use) LOCK_IMPLEMENTATION
{
    struct frame_cache *cache = &state.caches[use->cache - 1];
    if (__atomic_load_n(&cache->lock.holder, __ATOMIC_RELAXED) == use) {
        if (use->decides)
            __atomic_store_n(&cache->height, *use->decides ? use->height_with : use->height_without,
                             __ATOMIC_RELAXED);
        spin_word_free(&cache->lock.holder);
    }
    use->cache = 0;
}

OWNS(cache_use, cache);
OWNERSHIP(cache_use, cache);

// Whether this use may have the cache; it is let go of with the use.
[[gnu::always_inline]] static inline bool cache_try(uint64_t number, FILLS(struct cache_use) use)
{
    use->cache = number;
    return spin_word_try(&state.caches[number - 1].lock.holder, use);
}

// From here on the cache's height follows from `decides`, a deed's live word.
[[gnu::always_inline]] static inline void cache_move(struct cache_use *use, uint64_t height_with,
                                                     uint64_t height_without,
                                                     const volatile uint64_t *decides)
{
    use->height_with = height_with;
    use->height_without = height_without;
    COMPILER_BARRIER(); // the heights count as soon as something decides
    use->decides = decides;
    COMPILER_BARRIER();
}

// Does what the drop would do, with what is known already.
[[gnu::always_inline]] static inline void cache_moved(struct frame_cache *cache, uint64_t height,
                                                      TAKES(struct cache_use)
                                                          use) LOCK_IMPLEMENTATION
{
    COMPILER_BARRIER(); // the deed's word says it
    __atomic_store_n(&cache->height, height, __ATOMIC_RELAXED);
    spin_word_free(&cache->lock.holder);
    COMPILER_BARRIER();
    use->cache = 0;
}

[[gnu::always_inline]] static inline bool pop(uint64_t number,
                                              FILLS(struct frames) deed) LOCK_IMPLEMENTATION
{
    OWNED(cache_use, use);
    struct frame_cache *cache = &state.caches[number - 1];
    if (!cache_try(number, &use))
        return false;
    const uint64_t place = cache->height - 1;
    if (place >= CACHE_FRAMES) // or, wrapped, the cache is empty
        return false;
    cache_move(&use, place, place + 1, &deed->count);
    FILL(deed, .first = cache->frames[place], .count = 1);
    cache_moved(cache, place, &use);
    return true;
}

// Takes adjacent frames, if they are of the cache's region, and clears the live word of their deed.
// `region`, if it is not null, becomes the cache's.
[[gnu::always_inline]] static inline bool push(uint64_t number, const struct frame_region *region,
                                               uint64_t first, uint64_t count,
                                               volatile uint64_t *live) LOCK_IMPLEMENTATION
{
    OWNED(cache_use, use);
    struct frame_cache *cache = &state.caches[number - 1];
    if (!cache_try(number, &use))
        return false;
    if (region) {
        cache->count = 0;
        COMPILER_BARRIER(); // never the frames of two regions
        cache->first = region->first;
        COMPILER_BARRIER();
        cache->count = region->count;
    }
    const uint64_t place = cache->height;
    if (first - cache->first >= cache->count || place + count > CACHE_FRAMES)
        return false;
    for (uint64_t i = 0; i < count; i++)
        cache->frames[place + i] = first + i;
    cache_move(&use, place, place + count, live);
    *live = 0;
    cache_moved(cache, place + count, &use);
    return true;
}

// A CPU gets a number when it first needs one.
[[gnu::noinline]] static uint64_t choose_cache(void)
{
    const uint64_t chosen = __atomic_fetch_add(&state.chosen_caches, 1, __ATOMIC_RELAXED);
    own_cache = chosen % CACHES + 1;
    return own_cache;
}

// The number of the cache to use. Another CPU's, after the task has moved on, does as well.
[[gnu::always_inline]] static inline uint64_t cache_here(void)
{
    const uint64_t number = own_cache;
    return number ? number : choose_cache();
}

enum status frame_allocator_start(const struct memory_region *regions, size_t count)
{
    state = (struct frame_allocator_state){.regions = regions, .region_count = count};
    device_claims_start();
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        const struct memory_region *region = &regions[i];
        if (region->kind != MEMORY_DEVICE)
            state.total += region->count;
        if (region->kind == MEMORY_RESERVED)
            state.reserved += region->count;
        if (region->kind != MEMORY_FREE || region->count == 0 ||
            (found && region->first < regions[state.early].first))
            continue;
        state.early = i;
        state.early_left = region->count;
        found = true;
    }
    return found ? STATUS_OK : STATUS_EXHAUSTED;
}

// The region that frames come off next, below the one that is used up.
static bool next_early_region(void)
{
    const uint64_t end = state.regions[state.early].first;
    bool found = false;
    for (size_t i = 0; i < state.region_count; i++) {
        const struct memory_region *region = &state.regions[i];
        if (region->kind != MEMORY_FREE || region->count == 0 || region->first >= end ||
            (found && region->first < state.regions[state.early].first))
            continue;
        state.early = i;
        state.early_left = region->count;
        found = true;
    }
    return found;
}

static enum status allocate_early(const struct frame_request *request, FILLS(struct frames) deed)
{
    if (request->count != 1 || request->alignment > 1 || request->limit ||
        (state.early_left == 0 && !next_early_region()))
        return STATUS_EXHAUSTED;
    state.early_left--;
    FILL(deed, .first = state.regions[state.early].first + state.early_left, .count = 1);
    return STATUS_OK;
}

size_t frame_allocator_storage_words(void)
{
    return frame_table_words(state.region_count) +
           range_map_words(frame_table_indices(state.regions, state.region_count));
}

// Frees what of a region is free still.
static void free_region(const struct memory_region *region) REQUIRES(state.lock)
{
    static const volatile uint64_t nobody = 0;
    const uint64_t early = state.regions[state.early].first;
    const uint64_t count = region->first == early ? state.early_left : region->count;
    OWNED(range_change, change);
    if (region->kind == MEMORY_FREE && region->first <= early && count > 0)
        range_change_begin(&state.map, frame_table_index_from(&state.table, region->first), count,
                           &nobody, &change);
}

void frame_allocator_adopt(void *storage)
{
    static const uint64_t from[ZONES] = {BELOW_4_GIB, BELOW_1_MIB, 0};
    HOLD(&state.lock);
    uint64_t *words = storage;
    frame_table_make(&state.table, words, state.regions, state.region_count);
    range_map_initialise(&state.map, words + frame_table_words(state.region_count),
                         state.table.end);
    for (size_t i = ZONES; i-- > 0;) {
        state.zones[i] = frame_table_index_from(&state.table, from[i]);
        if (state.zones[i] < state.table.end)
            state.cached_from = from[i];
    }
    for (size_t i = 0; i < state.region_count; i++)
        free_region(&state.regions[i]);
    state.regions = nullptr;
    state.region_count = 0;
    state.adopted = true;
}

// Looks for a run with indices from `begin` to before `end`. Frame numbers are aligned, so that
// each region's distance between them and its indices counts.
static bool find_between(const struct frame_request *request, size_t begin, size_t end,
                         size_t *index) REQUIRES(state.lock)
{
    struct range_request search = {.count = request->count, .first = begin, .end = end};
    if (request->alignment <= 1)
        return begin < end && range_map_find(&state.map, &search, index);
    search.alignment = request->alignment;
    for (size_t i = state.table.memory_count; i-- > 0;) {
        const struct frame_region *region = &state.table.memory[i];
        const size_t region_end = region->index + region->count;
        search.first = region->index > begin ? region->index : begin;
        search.end = region_end < end ? region_end : end;
        search.offset = region->first - region->index;
        if (search.first < search.end && range_map_find(&state.map, &search, index))
            return true;
    }
    return false;
}

// Looks where it hurts least: high first; at last for a run that lies in two zones.
static bool find(const struct frame_request *request, size_t *index) REQUIRES(state.lock)
{
    const size_t limit =
        request->limit ? frame_table_index_from(&state.table, request->limit) : state.table.end;
    size_t end = limit;
    for (size_t i = 0; i < ZONES; i++) {
        if (find_between(request, state.zones[i], end, index))
            return true;
        if (state.zones[i] < end)
            end = state.zones[i];
    }
    return request->count > 1 && find_between(request, 0, limit, index);
}

static void take_locked(size_t index, uint64_t count, FILLS(struct frames) deed)
    REQUIRES(state.lock)
{
    OWNED(range_change, change);
    range_change_begin_free(&state.map, index, count, &deed->count, &change);
    FILL(deed, .first = frame_table_frame(&state.table, index), .count = count);
}

// Gives a run of the region back and clears the live word of its deed.
static void give_locked(const struct frame_region *region, uint64_t first, volatile uint64_t *live)
    REQUIRES(state.lock)
{
    OWNED(range_change, change);
    const uint64_t before = first - region->first;
    const uint64_t count = *live < region->count - before ? *live : region->count - before;
    range_change_begin(&state.map, region->index + before, count, live, &change);
    *live = 0;
}

static bool take(const struct frame_request *request, FILLS(struct frames) deed)
{
    HOLD(&state.lock);
    size_t index;
    if (!find(request, &index))
        return false;
    take_locked(index, request->count, deed);
    return true;
}

static bool push_run(uint64_t cache, TAKES(struct frames) run)
{
    const struct frame_region *region = frame_table_find(&state.table, run->first);
    if (!push(cache, region, run->first, run->count, &run->count))
        return false;
    run->count = 0;
    return true;
}

// Puts frames into the cache, those that are adjacent at once.
static void refill(uint64_t cache)
{
    OWNED(frames, run);
    HOLD(&state.lock);
    const struct range_request one = {
        .count = 1,
        .first = frame_table_index_from(&state.table, state.cached_from),
    };
    for (size_t left = BATCH; left > 0;) {
        size_t index;
        if (!range_map_find(&state.map, &one, &index))
            return;
        const size_t count = range_map_run_length(&state.map, index, left);
        take_locked(index, count, &run);
        if (!push_run(cache, &run))
            return;
        left -= count;
    }
}

static void give_old_locked(TAKES(struct frames) deed) REQUIRES(state.lock)
{
    give_locked(frame_table_find(&state.table, deed->first), deed->first, &deed->count);
    deed->count = 0;
}

static void spill(uint64_t cache, unsigned count)
{
    OWNED(frames, one);
    HOLD(&state.lock);
    for (unsigned i = 0; i < count; i++) {
        if (!pop(cache, &one))
            return;
        give_old_locked(&one);
    }
}

void frame_allocator_trim(void)
{
    for (uint64_t cache = 1; cache <= CACHES; cache++)
        spill(cache, CACHE_FRAMES);
}

[[gnu::noinline]] static enum status allocate_slowly(const struct frame_request *request,
                                                     FILLS(struct frames) deed)
{
    const uint64_t alignment = request->alignment;
    if (request->count == 0 || (alignment & (alignment - 1)))
        return STATUS_INVALID;
    if (!state.adopted)
        return allocate_early(request, deed);
    if (request->count == 1 && alignment <= 1 && !request->limit) {
        refill(cache_here());
        if (pop(cache_here(), deed))
            return STATUS_OK;
    }
    if (take(request, deed))
        return STATUS_OK;
    frame_allocator_trim();
    return take(request, deed) ? STATUS_OK : STATUS_EXHAUSTED;
}

enum status frames_allocate(uint64_t count, FILLS(struct frames) deed)
{
    if (count == 1 && pop(cache_here(), deed))
        return STATUS_OK;
    return allocate_slowly(&(struct frame_request){.count = count}, deed);
}

enum status frames_allocate_for(const struct frame_request *request, FILLS(struct frames) deed)
{
    return allocate_slowly(request, deed);
}

[[gnu::noinline]] static void give_slowly(uint64_t first, volatile uint64_t *live)
{
    if (!*live)
        return;
    const struct frame_region *region = frame_table_find(&state.table, first);
    if (!region) {
        device_claim_give(first, live);
        return;
    }
    if (*live == 1 && region->first >= state.cached_from) {
        if (push(cache_here(), region, first, 1, live))
            return;
        spill(cache_here(), BATCH);
        if (push(cache_here(), region, first, 1, live))
            return;
    }
    HOLD(&state.lock);
    give_locked(region, first, live);
}

// Gives back the run that a deed with this live word has, and clears it.
[[gnu::always_inline]] static inline void give(uint64_t first, volatile uint64_t *live)
{
    if (*live == 1 && push(cache_here(), nullptr, first, 1, live))
        return;
    give_slowly(first, live);
}

void frames_drop(TAKES(struct frames) deed)
{
    give(deed->first, &deed->count);
    deed->count = 0;
}

OWNERSHIP(frames, count);

void frames_adopt(uint64_t first, uint64_t count, FILLS(struct frames) deed)
{
    FILL(deed, .first = first, .count = count);
}

enum status frames_claim_device(uint64_t first, uint64_t count, FILLS(struct frames) deed)
{
    if (count == 0 || first >= FRAME_LIMIT || count > FRAME_LIMIT - first)
        return STATUS_INVALID;
    for (size_t i = 0; i < state.region_count; i++)
        if (state.regions[i].kind != MEMORY_DEVICE &&
            first < state.regions[i].first + state.regions[i].count &&
            state.regions[i].first < first + count)
            return STATUS_DENIED;
    if (frame_table_has_some(&state.table, first, count))
        return STATUS_DENIED;
    return device_claim(first, count, deed);
}

enum status frames_split(struct frames *deed, uint64_t count, FILLS(struct frames) rest)
{
    OWNED(range_boundary, boundary);
    const uint64_t left = deed->count - count;
    if (count == 0 || count >= deed->count)
        return STATUS_INVALID;
    FILL(&boundary, .count = &deed->count, .first = &deed->first, .decides = &rest->count,
         .apart = {deed->first, left}, .together = {deed->first, deed->count});
    FILL(rest, .first = deed->first + left, .count = count);
    return STATUS_OK;
}

enum status frames_join(struct frames *deed, TAKES(struct frames) other)
{
    OWNED(range_boundary, boundary);
    if (!deed->count || !other->count ||
        (deed->first + deed->count != other->first && other->first + other->count != deed->first))
        return STATUS_INVALID;
    const struct frame_region *region = frame_table_find(&state.table, deed->first);
    if (region != frame_table_find(&state.table, other->first) ||
        (!region && !device_claim_has_both(deed->first, other->first)))
        return STATUS_INVALID;
    const uint64_t first = deed->first < other->first ? deed->first : other->first;
    FILL(&boundary, .count = &deed->count, .first = &deed->first, .decides = &other->count,
         .apart = {deed->first, deed->count}, .together = {first, deed->count + other->count});
    other->count = 0;
    return STATUS_OK;
}

void frames_change_from_deed(TAKES(struct frames) deed, const volatile uint64_t *word,
                             FILLS(struct frames_change) change)
{
    OWNED(range_boundary, boundary);
    change->word = word;
    FILL(&boundary, .count = &change->count, .first = &change->first, .decides = &deed->count,
         .together = {deed->first, deed->count});
    deed->count = 0;
}

void frames_change_drop(TAKES(struct frames_change) change)
{
    if (!change->count)
        return;
    if (!*change->word)
        give(change->first, &change->count);
    change->count = 0;
}

OWNERSHIP(frames_change, count);

// A use that is under way has not settled its cache's height: what it moves counts as it was.
static uint64_t cached_frames(void) LOCK_IMPLEMENTATION
{
    uint64_t frames = 0;
    for (size_t i = 0; i < CACHES; i++)
        frames += __atomic_load_n(&state.caches[i].height, __ATOMIC_RELAXED);
    return frames;
}

struct frame_statistics frame_statistics(void)
{
    HOLD(&state.lock);
    const uint64_t free = state.adopted ? state.map.free + cached_frames() : state.early_left;
    return (struct frame_statistics){
        .total = state.total * FRAME_SIZE,
        .free = free * FRAME_SIZE,
        .reserved = state.reserved * FRAME_SIZE,
        .device = device_claim_frames() * FRAME_SIZE,
    };
}
