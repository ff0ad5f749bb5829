// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/frame_allocator.h>

TEST(allocating_no_frames_makes_no_sense)
{
    OWNED(frames, deed);
    EXPECT_STATUS(STATUS_INVALID, frames_allocate(0, &deed));
}

SYSTEM_TEST(a_run_of_frames_comes_back_when_freed)
{
    OWNED(frames, deed);
    const uint64_t before = frame_statistics().free;
    EXPECT_STATUS(STATUS_OK, frames_allocate(8, &deed));
    EXPECT(deed.count == 8 && deed.first != 0);
    EXPECT(frame_statistics().free == before - 8 * FRAME_SIZE);
    frames_drop(&deed);
    EXPECT(deed.count == 0 && frame_statistics().free == before);
}

SYSTEM_TEST(more_than_there_is_cannot_be_had)
{
    OWNED(frames, deed);
    const uint64_t before = frame_statistics().free;
    EXPECT_STATUS(STATUS_EXHAUSTED, frames_allocate(before / FRAME_SIZE + 1, &deed));
    EXPECT(deed.count == 0 && frame_statistics().free == before);
}
