// SPDX-License-Identifier: MIT
// Threads take and give frames at once. Each writes into a word of every frame that it holds, which
// is a race unless the allocator gave it to one at a time.
#include <cell/test.h>
#include <memory/frame_allocator.h>
#include <test/host/threads.h>

enum : size_t { THREADS = 6, ROUNDS = 4000, HELD = 40, FRAMES = 3000, STORAGE = 128 };
enum : uint64_t { HIGH = UINT64_C(1) << 20, DEVICE = 0xFEE00 };

static uint64_t words[FRAMES];
static uint64_t device_word;

static bool start(void)
{
    static uint64_t storage[STORAGE];
    static const struct memory_region region = {HIGH, FRAMES, MEMORY_FREE};
    if (frame_allocator_start(&region, 1) != STATUS_OK || frame_allocator_storage_words() > STORAGE)
        return false;
    for (size_t i = 0; i < STORAGE; i++)
        storage[i] = 0;
    frame_allocator_adopt(storage);
    return true;
}

static bool write_into(const struct frames *deed)
{
    for (uint64_t i = 0; i < deed->count; i++)
        words[deed->first - HIGH + i]++;
    return true;
}

static bool take_and_give(size_t thread)
{
    static struct frames held[THREADS][HELD];
    uint64_t random = thread + 1;
    for (size_t round = 0; round < ROUNDS; round++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        struct frames *deed = &held[thread][(random >> 33) % HELD];
        const uint64_t count = (random >> 60) ? 1 : 1 + (random >> 50) % 64;
        if (deed->count)
            frames_drop(deed);
        else if (frames_allocate(count, deed) == STATUS_OK)
            write_into(deed);
        if (round % 500 == 0)
            frame_allocator_trim();
        if (frame_statistics().free > FRAMES * FRAME_SIZE)
            return false;
    }
    for (size_t i = 0; i < HELD; i++)
        frames_drop(&held[thread][i]);
    return true;
}

HOST_TEST(threads_hold_different_frames)
{
    EXPECT(start());
    EXPECT(run_in_threads(THREADS, take_and_give));
    EXPECT(frame_statistics().free == FRAMES * FRAME_SIZE);
    OWNED(frames, all);
    EXPECT_STATUS(STATUS_OK, frames_allocate(FRAMES, &all));
}

// More than there are, so that caches of others must be emptied.
static bool take_all(size_t thread)
{
    static struct frames held[THREADS][FRAMES];
    for (unsigned round = 0; round < 20; round++) {
        size_t count = 0;
        while (count < FRAMES && frames_allocate(1, &held[thread][count]) == STATUS_OK)
            write_into(&held[thread][count++]);
        while (count > 0)
            frames_drop(&held[thread][--count]);
    }
    return true;
}

HOST_TEST(threads_share_the_last_frames)
{
    EXPECT(start());
    EXPECT(run_in_threads(THREADS, take_all));
    EXPECT(frame_statistics().free == FRAMES * FRAME_SIZE);
    OWNED(frames, all);
    EXPECT_STATUS(STATUS_OK, frames_allocate(FRAMES, &all));
}

static bool claim_and_give(size_t thread)
{
    for (size_t round = 0; round < ROUNDS; round++) {
        OWNED(frames, device);
        const enum status status = frames_claim_device(DEVICE + thread % 2, 2, &device);
        if (status == STATUS_OK)
            device_word++;
        else if (status != STATUS_BUSY)
            return false;
    }
    return true;
}

HOST_TEST(one_thread_has_a_device)
{
    EXPECT(start());
    EXPECT(run_in_threads(THREADS, claim_and_give));
    EXPECT(device_word > 0 && frame_statistics().device == 0);
}
