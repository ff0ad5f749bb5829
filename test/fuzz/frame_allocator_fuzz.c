// SPDX-License-Identifier: MIT
/// Whatever the memory map and the requests are, a frame has one holder, and is free memory of the
/// map. The first byte says how many regions follow, of four bytes each: the hole before (two, the
/// upper one a power), count, kind. Then four bytes a step: what to do, with which deed, and two
/// that say how.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <memory/frame_allocator.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum : size_t { REGIONS = 12, REGION_FRAMES = 256, DEEDS = 16, STORAGE = 512 };

static uint64_t storage[STORAGE];
static struct memory_region regions[REGIONS];
static size_t region_count;
static uint8_t held[REGIONS][REGION_FRAMES];
static struct frames deeds[DEEDS];
static uint64_t free_frames;

static bool start(const uint8_t *bytes)
{
    uint64_t first = 1;
    memset(held, 0, sizeof held);
    memset(storage, 0, sizeof storage);
    free_frames = 0;
    for (size_t i = 0; i < region_count; i++, bytes += 4) {
        first += (uint64_t)bytes[0] << bytes[1] % 26;
        regions[i] = (struct memory_region){first, bytes[2], (enum memory_kind)(bytes[3] % 4)};
        first += bytes[2];
        free_frames += regions[i].kind == MEMORY_FREE ? bytes[2] : 0;
    }
    if (frame_allocator_start(regions, region_count) != STATUS_OK ||
        frame_allocator_storage_words() > STORAGE)
        return false;
    frame_allocator_adopt(storage);
    return true;
}

static void note(const struct frames *deed, uint8_t taken)
{
    free_frames += taken ? -deed->count : deed->count;
    for (uint64_t frame = deed->first; frame < deed->first + deed->count; frame++) {
        size_t i = 0;
        while (i < region_count && frame - regions[i].first >= regions[i].count)
            i++;
        if (i == region_count || regions[i].kind != MEMORY_FREE)
            abort();
        uint8_t *place = &held[i][frame - regions[i].first];
        if (*place == taken)
            abort();
        *place = taken;
    }
}

static void allocate(struct frames *deed, const uint8_t *bytes)
{
    const struct frame_request request = {
        .count = bytes[2] % 8 ? bytes[2] % 8 : bytes[2],
        .alignment = UINT64_C(1) << bytes[3] % 12,
        .limit = bytes[0] & 16 ? (bytes[0] & 32 ? 256 : UINT64_C(1) << 20) : 0,
    };
    const bool single = bytes[0] & 64;
    if ((single ? frames_allocate(1, deed) : frames_allocate_for(&request, deed)) != STATUS_OK)
        return;
    if (!single && (deed->count != request.count || deed->first % request.alignment ||
                    (request.limit && deed->first + deed->count > request.limit)))
        abort();
    note(deed, 1);
}

static void step(const uint8_t *bytes)
{
    struct frames *deed = &deeds[bytes[1] % DEEDS];
    struct frames *other = &deeds[bytes[1] / DEEDS];
    switch (bytes[0] % 4) {
    case 0:
    case 1:
        if (deed->count) {
            note(deed, 0);
            frames_drop(deed);
        } else {
            allocate(deed, bytes);
        }
        return;
    case 2:
        if (deed != other && !other->count)
            (void)frames_split(deed, bytes[2], other);
        else if (deed != other)
            (void)frames_join(deed, other);
        return;
    default:
        frame_allocator_trim();
    }
}

static void check(void)
{
    if (frame_statistics().free != free_frames * FRAME_SIZE)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    region_count = bytes[0] % (REGIONS + 1);
    if (size < 1 + 4 * region_count || !start(bytes + 1))
        return 0;
    for (size_t i = 1 + 4 * region_count; i + 4 <= size; i += 4) {
        step(bytes + i);
        check();
    }
    for (size_t i = 0; i < DEEDS; i++) {
        note(&deeds[i], 0);
        frames_drop(&deeds[i]);
    }
    check();
    return 0;
}
