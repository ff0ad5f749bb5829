// SPDX-License-Identifier: MIT
// In the system these tests use the machine's own memory; on the host they start an allocator each,
// for a machine that they describe.
#include <cell/test.h>
#include <memory/frame_allocator.h>

#if __STDC_HOSTED__
#include <sys/mman.h>

#include <test/host/property.h>
#endif

enum : uint64_t { MIB = 256, GIB = 1024 * MIB, TIB = 1024 * GIB }; // in frames

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#if __STDC_HOSTED__
// An allocator for a machine with these regions; false if it cannot be had.
static bool start_machine(const struct memory_region *regions, size_t count)
{
    static void *storage;
    static size_t size;
    if (storage)
        (void)munmap(storage, size);
    if (frame_allocator_start(regions, count) != STATUS_OK)
        return false;
    size = frame_allocator_storage_words() * sizeof(uint64_t);
    storage = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (storage == MAP_FAILED)
        return false;
    frame_allocator_adopt(storage);
    return true;
}

static const struct memory_region small_machine[] = {
    {0, 1, MEMORY_RESERVED},      {1, 158, MEMORY_FREE},    {160, 96, MEMORY_RESERVED},
    {256, 1024, MEMORY_FREE},     {1280, 256, MEMORY_USED}, {1536, 4096, MEMORY_FREE},
    {3 * GIB, 64, MEMORY_DEVICE},
};
#endif

static bool start_on_the_host(void)
{
#if __STDC_HOSTED__
    return start_machine(small_machine, COUNT_OF(small_machine));
#else
    return true;
#endif
}

// Frames that are a device's on every machine: the local APIC's and those after it.
enum : uint64_t { DEVICE = UINT64_C(0xFEE00000) / FRAME_SIZE };

TEST(requests_that_make_no_sense_are_refused)
{
    OWNED(frames, deed);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_INVALID, frames_allocate(0, &deed));
    const struct frame_request crooked = {.count = 1, .alignment = 3};
    EXPECT_STATUS(STATUS_INVALID, frames_allocate_for(&crooked, &deed));
    EXPECT_STATUS(STATUS_INVALID, frames_claim_device(DEVICE, 0, &deed));
    EXPECT_STATUS(STATUS_INVALID, frames_claim_device(UINT64_C(1) << 40, 1, &deed));
    EXPECT_STATUS(STATUS_INVALID, frames_claim_device(UINT64_MAX, 2, &deed));
    EXPECT(deed.count == 0);
}

TEST(a_run_of_frames_comes_back_when_it_is_dropped)
{
    OWNED(frames, deed);
    EXPECT(start_on_the_host());
    const uint64_t before = frame_statistics().free;
    EXPECT_STATUS(STATUS_OK, frames_allocate(8, &deed));
    EXPECT(deed.count == 8 && deed.first != 0);
    EXPECT(frame_statistics().free == before - 8 * FRAME_SIZE);
    frames_drop(&deed);
    EXPECT(deed.count == 0 && frame_statistics().free == before);
    frames_drop(&deed);
    EXPECT(frame_statistics().free == before);
}

TEST(single_frames_at_hand_count_as_free)
{
    OWNED(frames, one);
    OWNED(frames, two);
    EXPECT(start_on_the_host());
    const uint64_t before = frame_statistics().free;
    EXPECT_STATUS(STATUS_OK, frames_allocate(1, &one));
    EXPECT_STATUS(STATUS_OK, frames_allocate(1, &two));
    EXPECT(one.first != two.first && frame_statistics().free == before - 2 * FRAME_SIZE);
    frames_drop(&one);
    frames_drop(&two);
    EXPECT(frame_statistics().free == before);
    frame_allocator_trim();
    EXPECT(frame_statistics().free == before);
}

TEST(more_than_there_is_cannot_be_had)
{
    OWNED(frames, deed);
    EXPECT(start_on_the_host());
    const uint64_t before = frame_statistics().free;
    EXPECT_STATUS(STATUS_EXHAUSTED, frames_allocate(before / FRAME_SIZE + 1, &deed));
    EXPECT_STATUS(STATUS_EXHAUSTED, frames_allocate(UINT64_MAX, &deed));
    EXPECT(deed.count == 0 && frame_statistics().free == before);
}

TEST(frames_are_aligned_and_below_a_limit_as_asked)
{
    OWNED(frames, large);
    OWNED(frames, low);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(
        STATUS_OK,
        frames_allocate_for(
            &(struct frame_request){.count = 512, .alignment = 512, .limit = 4 * GIB}, &large));
    EXPECT(large.count == 512 && large.first % 512 == 0 && large.first + 512 <= 4 * GIB);
    EXPECT_STATUS(STATUS_OK,
                  frames_allocate_for(&(struct frame_request){.count = 2, .limit = MIB}, &low));
    EXPECT(low.count == 2 && low.first > 0 && low.first + 2 <= MIB);
    OWNED(frames, none);
    EXPECT_STATUS(STATUS_EXHAUSTED,
                  frames_allocate_for(&(struct frame_request){.count = 1, .limit = 1}, &none));
}

TEST(a_deed_is_split_and_joined)
{
    OWNED(frames, deed);
    OWNED(frames, rest);
    EXPECT(start_on_the_host());
    const uint64_t before = frame_statistics().free;
    EXPECT_STATUS(STATUS_OK, frames_allocate(8, &deed));
    const uint64_t first = deed.first;
    EXPECT_STATUS(STATUS_INVALID, frames_split(&deed, 0, &rest));
    EXPECT_STATUS(STATUS_INVALID, frames_split(&deed, 8, &rest));
    EXPECT_STATUS(STATUS_OK, frames_split(&deed, 3, &rest));
    EXPECT(deed.first == first && deed.count == 5 && rest.first == first + 5 && rest.count == 3);
    OWNED(frames, middle);
    EXPECT_STATUS(STATUS_OK, frames_split(&deed, 1, &middle));
    EXPECT_STATUS(STATUS_INVALID, frames_join(&deed, &rest));
    EXPECT(deed.count == 4 && rest.count == 3);
    EXPECT_STATUS(STATUS_OK, frames_join(&rest, &middle));
    EXPECT(middle.count == 0 && rest.first == first + 4 && rest.count == 4);
    EXPECT_STATUS(STATUS_OK, frames_join(&deed, &rest));
    EXPECT(rest.count == 0 && deed.first == first && deed.count == 8);
    frames_drop(&deed);
    EXPECT(frame_statistics().free == before);
}

TEST(a_part_can_be_given_back_alone)
{
    OWNED(frames, deed);
    OWNED(frames, rest);
    EXPECT(start_on_the_host());
    const uint64_t before = frame_statistics().free;
    EXPECT_STATUS(STATUS_OK, frames_allocate(8, &deed));
    EXPECT_STATUS(STATUS_OK, frames_split(&deed, 7, &rest));
    frames_drop(&rest);
    EXPECT(frame_statistics().free == before - FRAME_SIZE);
}

TEST(memory_is_not_a_device)
{
    OWNED(frames, deed);
    OWNED(frames, device);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_OK, frames_allocate(1, &deed));
    EXPECT_STATUS(STATUS_DENIED, frames_claim_device(deed.first, 1, &device));
    EXPECT_STATUS(STATUS_DENIED, frames_claim_device(0, UINT64_C(1) << 40, &device));
    EXPECT_STATUS(STATUS_DENIED, frames_claim_device(0, 1, &device));
}

#if __STDC_HOSTED__
HOST_TEST(a_device_has_one_claim_at_a_time)
{
    OWNED(frames, device);
    OWNED(frames, other);
    EXPECT(start_on_the_host());
    const struct frame_statistics before = frame_statistics();
    EXPECT_STATUS(STATUS_OK, frames_claim_device(DEVICE, 4, &device));
    EXPECT(device.first == DEVICE && device.count == 4);
    EXPECT_STATUS(STATUS_BUSY, frames_claim_device(DEVICE + 3, 2, &other));
    EXPECT_STATUS(STATUS_BUSY, frames_claim_device(DEVICE - 1, 2, &other));
    EXPECT_STATUS(STATUS_OK, frames_claim_device(DEVICE + 4, 1, &other));
    EXPECT(frame_statistics().device == before.device + 5 * FRAME_SIZE);
    EXPECT_STATUS(STATUS_INVALID, frames_join(&device, &other)); // two claims
    frames_drop(&device);
    frames_drop(&other);
    EXPECT(frame_statistics().device == before.device && frame_statistics().free == before.free);
    EXPECT_STATUS(STATUS_OK, frames_claim_device(DEVICE, 5, &device));
}

HOST_TEST(the_parts_of_a_claim_are_given_back_together)
{
    OWNED(frames, device);
    OWNED(frames, rest);
    OWNED(frames, again);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_OK, frames_claim_device(DEVICE, 4, &device));
    EXPECT_STATUS(STATUS_OK, frames_split(&device, 1, &rest));
    frames_drop(&device);
    EXPECT(frame_statistics().device == FRAME_SIZE);
    EXPECT_STATUS(STATUS_BUSY, frames_claim_device(DEVICE, 1, &again));
    frames_drop(&rest);
    EXPECT(frame_statistics().device == 0);
    EXPECT_STATUS(STATUS_OK, frames_claim_device(DEVICE, 1, &again));
}

HOST_TEST(there_is_a_limit_to_the_claims)
{
    OWNED(frames, more);
    static struct frames claims[256];
    EXPECT(start_on_the_host());
    for (size_t i = 0; i < COUNT_OF(claims); i++)
        EXPECT_STATUS(STATUS_OK, frames_claim_device(DEVICE + 2 * i, 1, &claims[i]));
    EXPECT_STATUS(STATUS_EXHAUSTED, frames_claim_device(DEVICE + 1, 1, &more));
    for (size_t i = 0; i < COUNT_OF(claims); i++)
        frames_drop(&claims[i]);
    EXPECT_STATUS(STATUS_OK, frames_claim_device(DEVICE + 1, 1, &more));
}

HOST_TEST(memory_in_use_becomes_free_when_its_deed_is_made_and_dropped)
{
    OWNED(frames, deed);
    EXPECT(start_on_the_host());
    const struct frame_statistics before = frame_statistics();
    EXPECT(before.total == (1 + 158 + 96 + 1024 + 256 + 4096) * FRAME_SIZE);
    EXPECT(before.free == (158 + 1024 + 4096) * FRAME_SIZE && before.reserved == 97 * FRAME_SIZE);
    frames_adopt(1280, 256, &deed);
    frames_drop(&deed);
    EXPECT(frame_statistics().free == before.free + 256 * FRAME_SIZE);
    EXPECT_STATUS(STATUS_OK, frames_allocate(1024 + 256 + 4096, &deed));
    EXPECT(deed.first == 256);
}

HOST_TEST(single_frames_come_from_the_highest_region_before_there_is_a_map)
{
    static uint64_t storage[4096];
    OWNED(frames, deed);
    const struct memory_region regions[] = {
        {10, 2, MEMORY_FREE}, {100, 1, MEMORY_FREE}, {50, 200, MEMORY_DEVICE}, {5, 4, MEMORY_FREE}};
    const uint64_t expected[] = {100, 11, 10, 8, 7};
    EXPECT_STATUS(STATUS_EXHAUSTED, frame_allocator_start(regions + 2, 1));
    EXPECT_STATUS(STATUS_OK, frame_allocator_start(regions, COUNT_OF(regions)));
    EXPECT_STATUS(STATUS_EXHAUSTED, frames_allocate(2, &deed));
    EXPECT_STATUS(STATUS_DENIED, frames_claim_device(11, 1, &deed));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        EXPECT_STATUS(STATUS_OK, frames_allocate(1, &deed));
        EXPECT(deed.first == expected[i]);
        frames_leave(&deed);
    }
    EXPECT(frame_allocator_storage_words() <= COUNT_OF(storage));
    frame_allocator_adopt(storage);
    EXPECT(frame_statistics().free == 2 * FRAME_SIZE);
    EXPECT_STATUS(STATUS_OK, frames_allocate(2, &deed));
    EXPECT(deed.first == 5);
}

HOST_TEST(high_memory_is_given_out_before_low_memory)
{
    static struct frames all[1000];
    const struct memory_region regions[] = {{1, 100, MEMORY_FREE},
                                            {300, 100, MEMORY_FREE},
                                            {GIB * 4 - 50, 150, MEMORY_FREE},
                                            {TIB, 100, MEMORY_FREE}};
    size_t count = 0;
    uint64_t zone = 2;
    EXPECT(start_machine(regions, COUNT_OF(regions)));
    while (frames_allocate(1, &all[count]) == STATUS_OK) {
        const uint64_t first = all[count++].first;
        const uint64_t now = first >= 4 * GIB ? 2 : first >= MIB ? 1 : 0;
        EXPECT(now <= zone);
        zone = now;
    }
    EXPECT(count == 450 && zone == 0 && frame_statistics().free == 0);
    for (size_t i = 0; i < count; i++)
        frames_drop(&all[i]);
    EXPECT(frame_statistics().free == 450 * FRAME_SIZE);
    EXPECT_STATUS(STATUS_OK, frames_allocate(150, &all[0])); // it lies in two zones
    EXPECT(all[0].first == 4 * GIB - 50);
    frames_drop(&all[0]);
}

HOST_TEST(runs_form_where_single_frames_were_at_hand)
{
    static struct frames all[5000];
    const struct memory_region regions[] = {{4 * GIB, COUNT_OF(all), MEMORY_FREE}};
    EXPECT(start_machine(regions, 1));
    for (size_t i = 0; i < COUNT_OF(all); i++)
        EXPECT_STATUS(STATUS_OK, frames_allocate(1, &all[i]));
    for (size_t i = 0; i < COUNT_OF(all); i++)
        frames_drop(&all[i]);
    EXPECT_STATUS(STATUS_OK, frames_allocate(COUNT_OF(all), &all[0]));
    frames_drop(&all[0]);
}

HOST_TEST(a_change_gives_frames_to_whoever_has_the_word)
{
    OWNED(frames, deed);
    OWNED(frames_change, change);
    volatile uint64_t entry = 0;
    EXPECT(start_on_the_host());
    const uint64_t before = frame_statistics().free;
    EXPECT_STATUS(STATUS_OK, frames_allocate(1, &deed));
    const uint64_t frame = deed.first;
    frames_change_from_deed(&deed, &entry, &change);
    EXPECT(deed.count == 0 && change.first == frame && change.count == 1);
    entry = frame;
    frames_change_drop(&change);
    EXPECT(change.count == 0 && frame_statistics().free == before - FRAME_SIZE);
    frames_change_from_word(frame, 1, &entry, &change);
    entry = 0;
    frames_change_drop(&change);
    EXPECT(frame_statistics().free == before);
    EXPECT_STATUS(STATUS_OK, frames_allocate(1, &deed));
    frames_change_from_deed(&deed, &entry, &change);
    frames_change_drop(&change); // the entry was never set
    EXPECT(frame_statistics().free == before);
}

// 64 TiB from the lowest to the highest frame, in 200 regions with holes between: 56 TiB of memory,
// of which a fifth is free, for each bit of that is written and takes the host's memory.
HOST_TEST(sixty_four_tebibytes_with_holes)
{
    enum : uint64_t { REGIONS = 200, SPAN = 64 * TIB / REGIONS, SIZE = SPAN / 8 * 7 + 3 };
    static struct memory_region regions[REGIONS];
    OWNED(frames, deed);
    OWNED(frames, low);
    uint64_t total = 0;
    uint64_t free = 0;
    for (uint64_t i = 0; i < REGIONS; i++) {
        regions[i] = (struct memory_region){SPAN * i + 1, SIZE, i % 5 ? MEMORY_USED : MEMORY_FREE};
        total += SIZE;
        free += i % 5 ? 0 : SIZE;
    }
    EXPECT(start_machine(regions, REGIONS));
    // A bit for each frame of memory, a 63rd for finding, and a constant: none for the holes.
    EXPECT(frame_allocator_storage_words() < total / 64 + total / 64 / 63 + 10 * REGIONS);
    EXPECT(frame_statistics().total == total * FRAME_SIZE);
    EXPECT(frame_statistics().free == free * FRAME_SIZE);
    const uint64_t last = regions[REGIONS - 1].first + SIZE;
    EXPECT_STATUS(STATUS_OK, frames_allocate(SIZE, &deed));
    EXPECT_STATUS(STATUS_OK,
                  frames_allocate_for(&(struct frame_request){.count = 5, .limit = SPAN}, &low));
    EXPECT(low.first >= 4 * GIB && low.first + 5 <= SPAN);
    frames_drop(&deed);
    OWNED(frames, gibibyte);
    EXPECT_STATUS(
        STATUS_OK,
        frames_allocate_for(&(struct frame_request){.count = GIB, .alignment = GIB, .limit = last},
                            &gibibyte));
    EXPECT(gibibyte.first % GIB == 0);
    EXPECT_STATUS(STATUS_EXHAUSTED, frames_allocate(SIZE + 1, &deed));
    EXPECT_STATUS(STATUS_DENIED, frames_claim_device(last - 1, 1, &deed));
    EXPECT_STATUS(STATUS_OK, frames_claim_device(last, SPAN / 8, &deed));
    frames_drop(&low);
    frames_drop(&gibibyte);
    EXPECT(frame_statistics().free == free * FRAME_SIZE);
}

// The model: a byte for each frame of each region of memory, and the deeds.
enum : size_t { REGIONS = 40, REGION_FRAMES = 1500, DEEDS = 300, ROUNDS = 60000 };

struct model {
    struct memory_region regions[REGIONS];
    bool free[REGIONS][REGION_FRAMES];
    uint64_t free_count;
    struct frames deeds[DEEDS];
};

static void build_model(struct model *model, struct random_numbers *random)
{
    uint64_t first = 1;
    model->free_count = 0;
    for (size_t i = 0; i < REGIONS; i++) {
        const uint64_t count = 1 + random_below(random, REGION_FRAMES);
        const enum memory_kind kind = (enum memory_kind)random_below(random, 4);
        model->regions[i] = (struct memory_region){first, count, i % 3 ? MEMORY_FREE : kind};
        for (uint64_t frame = 0; frame < REGION_FRAMES; frame++)
            model->free[i][frame] = frame < count && model->regions[i].kind == MEMORY_FREE;
        model->free_count += model->regions[i].kind == MEMORY_FREE ? count : 0;
        first += count;
        if (random_below(random, 4)) // else the next one is adjacent
            first += random_below(random, i < 4 ? MIB / 2 : i < 8 ? GIB : 2 * TIB) + 1;
    }
}

static bool *model_frame(struct model *model, uint64_t frame)
{
    for (size_t i = 0; i < REGIONS; i++)
        if (frame - model->regions[i].first < model->regions[i].count)
            return &model->free[i][frame - model->regions[i].first];
    return nullptr;
}

static bool model_set(struct model *model, const struct frames *deed, bool free)
{
    for (uint64_t i = 0; i < deed->count; i++) {
        bool *frame = model_frame(model, deed->first + i);
        if (!frame || *frame == free)
            return false;
        *frame = free;
    }
    model->free_count += free ? deed->count : -deed->count;
    return true;
}

// Whether there is a run for the request, of frames from `lowest` on.
static bool model_has(struct model *model, const struct frame_request *request, uint64_t lowest)
{
    const uint64_t alignment = request->alignment ? request->alignment : 1;
    uint64_t length = 0; // of the free run that ends before `frame`
    uint64_t end = 0;
    for (size_t i = 0; i < REGIONS; i++) {
        const struct memory_region *region = &model->regions[i];
        for (uint64_t j = 0; j < region->count; j++) {
            const uint64_t frame = region->first + j;
            const bool usable =
                model->free[i][j] && frame >= lowest && (!request->limit || frame < request->limit);
            length = usable ? (frame == end ? length + 1 : 1) : 0;
            end = frame + 1;
            if (length >= request->count && (end - request->count) % alignment == 0)
                return true;
        }
    }
    return false;
}

static bool allocate_both(struct model *model, struct random_numbers *random, struct frames *deed)
{
    struct frame_request request = {.count = 1 + random_below(random, 3) / 2};
    if (!random_below(random, 4))
        request.count = 1 + random_below(random, 600);
    if (!random_below(random, 4))
        request.alignment = UINT64_C(1) << random_below(random, 10);
    if (!random_below(random, 4))
        request.limit = random_below(random, 2) ? MIB : 4 * GIB;
    const bool plain = request.alignment == 0 && request.limit == 0;
    const enum status status =
        plain ? frames_allocate(request.count, deed) : frames_allocate_for(&request, deed);
    if (status != STATUS_OK)
        return status == STATUS_EXHAUSTED && !model_has(model, &request, 0);
    if (deed->count != request.count || (request.alignment && deed->first % request.alignment) ||
        (request.limit && deed->first + deed->count > request.limit))
        return false;
    if (plain && request.count == 1 && deed->first < 4 * GIB && model_has(model, &request, 4 * GIB))
        return false;
    return model_set(model, deed, false);
}

static bool change_deeds(struct model *model, struct random_numbers *random)
{
    struct frames *one = &model->deeds[random_below(random, DEEDS)];
    struct frames *two = &model->deeds[random_below(random, DEEDS)];
    if (one == two)
        return true;
    if (one->count > 1 && !two->count && random_below(random, 2)) {
        const uint64_t count = 1 + random_below(random, one->count - 1);
        return frames_split(one, count, two) == STATUS_OK && two->count == count;
    }
    for (size_t i = 0; i < DEEDS && one->count; i++) {
        struct frames *other = &model->deeds[i];
        const uint64_t sum = one->count + other->count;
        if (other->count && other->first == one->first + one->count)
            return frames_join(one, other) == STATUS_OK && one->count == sum && !other->count;
    }
    if (one->count && two->count)
        return frames_join(one, two) == STATUS_INVALID ||
               (two->count == 0 && one->count > 1); // it was just before
    return true;
}

static bool random_step(struct model *model, struct random_numbers *random)
{
    struct frames *deed = &model->deeds[random_below(random, DEEDS)];
    const uint64_t dice = random_below(random, 100);
    if (dice < 20)
        return change_deeds(model, random);
    if (dice == 20)
        frame_allocator_trim();
    if (!deed->count)
        return allocate_both(model, random, deed);
    if (!model_set(model, deed, true))
        return false;
    frames_drop(deed);
    return deed->count == 0;
}

HOST_TEST(random_operations_agree_with_a_model)
{
    static struct model model;
    struct random_numbers random = random_begin();
    do
        build_model(&model, &random);
    while (!start_machine(model.regions, REGIONS));
    for (size_t round = 0; round < ROUNDS; round++) {
        EXPECT(random_step(&model, &random));
        EXPECT(frame_statistics().free == model.free_count * FRAME_SIZE);
    }
    for (size_t i = 0; i < DEEDS; i++)
        if (model.deeds[i].count) {
            EXPECT(model_set(&model, &model.deeds[i], true));
            frames_drop(&model.deeds[i]);
        }
    EXPECT(frame_statistics().free == model.free_count * FRAME_SIZE);
}
#endif
