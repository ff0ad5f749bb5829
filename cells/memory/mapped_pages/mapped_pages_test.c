// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>

// Fills one mapping of `count` adjacent frames.
static enum status map_fresh(uint64_t count, FILLS(struct mapped_pages_mut) mapping)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    TRY(frames_allocate(count, &frames));
    TRY(pages_allocate(PAGES_HEAP, count, &pages));
    return map_writable(&pages, &frames, mapping);
}

static bool is_mapped(uint64_t address, enum page_protection wanted)
{
    uint64_t physical;
    enum page_protection protection;
    return page_table_find(address, &physical, &protection) == STATUS_OK && protection == wanted;
}

static uint64_t free_frames(void)
{
    page_table_trim();
    return frame_statistics().free;
}

TEST(fresh_memory_is_zero_and_comes_back)
{
    OWNED(mapped_pages_mut, mapping);
    EXPECT_STATUS(STATUS_INVALID, mapped_pages_allocate(MAPPING_HEAP, 0, &mapping));
    EXPECT_STATUS(STATUS_INVALID,
                  mapped_pages_allocate_aligned(MAPPING_HEAP, 1, 8192 + 4096, &mapping));
    const uint64_t before = free_frames();
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_HEAP, 5000, &mapping));
    EXPECT(frame_statistics().free <= before - 2 * FRAME_SIZE);
    const struct const_bytes bytes = mapped_bytes_of_mut(&mapping);
    EXPECT(bytes.length == 5000);
    for (size_t i = 0; i < bytes.length; i++)
        EXPECT(SLICE_AT(bytes, i) == 0);
    mapped_pages_mut_drop(&mapping);
    EXPECT(mapping.size == 0 && free_frames() == before);
}

TEST(both_deeds_become_one_mapping_and_are_back_after_it)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    OWNED(mapped_pages_mut, mapping);
    const uint64_t before = free_frames();
    EXPECT_STATUS(STATUS_OK, frames_allocate(3, &frames));
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_HEAP, 3, &pages));
    const uint64_t address = pages.address;
    EXPECT_STATUS(STATUS_OK, map_writable(&pages, &frames, &mapping));
    EXPECT(pages.count == 0 && frames.count == 0);
    EXPECT(mapping.address == address && mapping.size == 3 * PAGE_SIZE);
    EXPECT(mapping.purpose == MAPPING_HEAP);
    SLICE_AT(mapped_bytes_mut(&mapping), 3 * PAGE_SIZE - 1) = 7;
    mapped_pages_mut_drop(&mapping);
    EXPECT(free_frames() == before && pages_are_free(address, 3));
}

TEST(deeds_that_do_not_fit_are_not_taken)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    OWNED(mapped_pages, mapping);
    EXPECT_STATUS(STATUS_OK, frames_allocate(2, &frames));
    EXPECT_STATUS(STATUS_INVALID, map_readable(&pages, &frames, &mapping));
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_HEAP, 3, &pages));
    EXPECT_STATUS(STATUS_INVALID, map_readable(&pages, &frames, &mapping));
    EXPECT(frames.count == 2 && pages.count == 3 && mapping.size == 0);
}

TEST(protection_is_that_of_the_type)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages, readable);
    OWNED(mapped_pages_exec, executable);
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_CELL, 2 * PAGE_SIZE, &mapping));
    const uint64_t address = mapping.address;
    EXPECT(is_mapped(address + PAGE_SIZE, PAGE_WRITABLE));
    SLICE_AT(mapped_bytes_mut(&mapping), 1) = 0xC3; // the instruction RET
    mapped_pages_freeze(&mapping, &readable);
    EXPECT(mapping.size == 0 && readable.size == 2 * PAGE_SIZE);
    EXPECT(is_mapped(address, PAGE_READABLE) && is_mapped(address + PAGE_SIZE, PAGE_READABLE));
    OWNED(mapped_pages_mut, again);
    mapped_pages_thaw(&readable, &again);
    EXPECT(readable.size == 0 && is_mapped(address + PAGE_SIZE, PAGE_WRITABLE));
    mapped_pages_seal(&again, &executable);
    EXPECT(again.size == 0 && is_mapped(address, PAGE_EXECUTABLE));
    EXPECT(SLICE_AT(mapped_bytes_of_exec(&executable), 1) == 0xC3);
    mapped_pages_exec_drop(&executable);
    EXPECT(!is_mapped(address, PAGE_EXECUTABLE));
}

TEST(from_nothing_comes_nothing)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages, readable);
    mapped_pages_freeze(&mapping, &readable);
    EXPECT(readable.size == 0);
    OWNED(mapped_pages_mut, thawed);
    mapped_pages_thaw(&readable, &thawed);
    EXPECT(thawed.size == 0);
}

TEST(parts_of_a_mapping_are_dropped_by_themselves)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages_mut, rest);
    const uint64_t before = free_frames();
    EXPECT_STATUS(STATUS_OK, map_fresh(4, &mapping));
    const uint64_t address = mapping.address;
    EXPECT_STATUS(STATUS_INVALID, mapped_pages_mut_split(&mapping, 0, &rest));
    EXPECT_STATUS(STATUS_INVALID, mapped_pages_mut_split(&mapping, 100, &rest));
    EXPECT_STATUS(STATUS_INVALID, mapped_pages_mut_split(&mapping, 4 * PAGE_SIZE, &rest));
    EXPECT_STATUS(STATUS_OK, mapped_pages_mut_split(&mapping, PAGE_SIZE, &rest));
    EXPECT(mapping.size == PAGE_SIZE && rest.size == 3 * PAGE_SIZE);
    EXPECT(rest.address == address + PAGE_SIZE);
    mapped_pages_mut_drop(&mapping);
    EXPECT(!is_mapped(address, PAGE_WRITABLE) && is_mapped(address + PAGE_SIZE, PAGE_WRITABLE));
    mapped_pages_mut_drop(&rest);
    EXPECT(free_frames() == before);
}

TEST(what_was_split_can_be_joined)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages_mut, rest);
    EXPECT_STATUS(STATUS_OK, map_fresh(4, &mapping));
    EXPECT_STATUS(STATUS_OK, mapped_pages_mut_split(&mapping, 2 * PAGE_SIZE, &rest));
    EXPECT_STATUS(STATUS_INVALID, mapped_pages_mut_join(&rest, &mapping));
    EXPECT(mapping.size == 2 * PAGE_SIZE && rest.size == 2 * PAGE_SIZE);
    EXPECT_STATUS(STATUS_OK, mapped_pages_mut_join(&mapping, &rest));
    EXPECT(mapping.size == 4 * PAGE_SIZE && rest.size == 0);
    EXPECT_STATUS(STATUS_INVALID, mapped_pages_mut_join(&mapping, &rest));
}

TEST(large_memory_lies_in_large_pages_that_can_be_split)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages_mut, rest);
    OWNED(mapped_pages, readable);
    uint64_t first;
    uint64_t second;
    enum page_protection protection;
    const uint64_t before = free_frames();
    EXPECT_STATUS(STATUS_OK,
                  mapped_pages_allocate(MAPPING_HEAP, 2 * LARGE_PAGE_SIZE + 1, &mapping));
    const uint64_t address = mapping.address;
    EXPECT(address % LARGE_PAGE_SIZE == 0);
    EXPECT_STATUS(STATUS_OK, page_table_find(address, &first, &protection));
    EXPECT_STATUS(STATUS_OK, page_table_find(address + 5 * PAGE_SIZE, &second, &protection));
    EXPECT(first % LARGE_PAGE_SIZE == 0 && second == first + 5 * PAGE_SIZE);
    SLICE_AT(mapped_bytes_mut(&mapping), 3 * PAGE_SIZE) = 33;
    EXPECT_STATUS(STATUS_OK, mapped_pages_mut_split(&mapping, 3 * PAGE_SIZE, &rest));
    mapped_pages_freeze(&mapping, &readable);
    EXPECT(is_mapped(address + 2 * PAGE_SIZE, PAGE_READABLE));
    EXPECT(is_mapped(address + 3 * PAGE_SIZE, PAGE_WRITABLE));
    EXPECT(SLICE_AT(mapped_bytes_mut(&rest), 0) == 33);
    mapped_pages_drop(&readable);
    EXPECT(!is_mapped(address, PAGE_READABLE) && SLICE_AT(mapped_bytes_mut(&rest), 0) == 33);
    mapped_pages_mut_drop(&rest);
    EXPECT(free_frames() == before);
}

TEST(aligned_memory_is_aligned)
{
    for (uint64_t alignment = PAGE_SIZE; alignment <= LARGE_PAGE_SIZE; alignment *= 2) {
        OWNED(mapped_pages_mut, mapping);
        EXPECT_STATUS(STATUS_OK,
                      mapped_pages_allocate_aligned(MAPPING_HEAP, 100, alignment, &mapping));
        EXPECT(mapping.address % alignment == 0);
    }
}

TEST(asking_for_all_memory_twice_over_fails_and_takes_nothing)
{
    OWNED(mapped_pages_mut, mapping);
    const uint64_t before = free_frames();
    EXPECT_STATUS(STATUS_EXHAUSTED,
                  mapped_pages_allocate(MAPPING_HEAP, 2 * frame_statistics().total, &mapping));
    EXPECT(mapping.size == 0 && free_frames() == before);
}

struct header {
    uint64_t magic;
    uint32_t count;
};

SLICE(words, uint32_t);

TEST(objects_and_arrays_are_laid_over_memory)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages, readable);
    EXPECT_STATUS(STATUS_OK, map_fresh(1, &mapping));
    MAPPED_MUT(struct header, &mapping, 64)->magic = 77;
    const struct words words = MAPPED_ARRAY_MUT(words, &mapping, PAGE_SIZE - 16, 4);
    SLICE_AT(words, 3) = 9;
    mapped_pages_freeze(&mapping, &readable);
    EXPECT(MAPPED(struct header, &readable, 64)->magic == 77);
    EXPECT(*MAPPED(uint32_t, &readable, PAGE_SIZE - 4) == 9);
}

#if __STDC_HOSTED__
#include <memory/tlb.h>
#include <test/host/mapping_model.h>

enum : size_t { MODEL_BYTES = 3 * 600 };

static uint64_t random_state = 88172645463325252;

static uint8_t random_byte(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint8_t)(random_state >> 24);
}

HOST_TEST(random_operations_do_what_a_simple_model_says)
{
    static uint8_t bytes[MODEL_BYTES];
    for (unsigned round = 0; round < 8; round++) {
        for (size_t i = 0; i < MODEL_BYTES; i++)
            bytes[i] = random_byte();
        test_run->failure = mapping_model_run(bytes, MODEL_BYTES);
        if (test_run->failure)
            return;
    }
}

static unsigned told;
static enum status answer;

static enum status tell_others([[maybe_unused]] uint64_t address, [[maybe_unused]] uint64_t count)
{
    told++;
    return answer;
}

static void tell(enum status status)
{
    OWNED(tlb_others, others);
    BIND(&others, tell_others);
    tlb_tell_others(&others);
    answer = status;
    told = 0;
}

static void tell_nobody(void)
{
    OWNED(tlb_others, nobody);
    tlb_tell_others(&nobody);
}

HOST_TEST(other_cpus_are_told_once_of_each_mapping_that_goes)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(mapped_pages, frozen);
    EXPECT_STATUS(STATUS_OK, map_fresh(30, &mapping));
    tell(STATUS_OK);
    mapped_pages_freeze(&mapping, &frozen);
    EXPECT(told == 1);
    mapped_pages_drop(&frozen);
    EXPECT(told == 2);
    tell_nobody();
}

HOST_TEST(frames_that_a_silent_cpu_may_still_use_are_not_given_to_others)
{
    OWNED(mapped_pages_mut, mapping);
    const uint64_t before = free_frames();
    const uint64_t lost = page_table_quarantined();
    EXPECT_STATUS(STATUS_OK, map_fresh(5, &mapping));
    tell(STATUS_TIMEOUT);
    mapped_pages_mut_drop(&mapping);
    tell_nobody();
    EXPECT(mapping.size == 0 && tlb_timeouts() == 1);
    EXPECT(page_table_quarantined() == lost + 5 * PAGE_SIZE);
    EXPECT(free_frames() == before - 5 * PAGE_SIZE);
}

HOST_TEST(a_table_that_a_silent_cpu_may_still_look_at_stays)
{
    const uint64_t before = free_frames();
    {
        OWNED(mapped_pages_mut, mapping);
        EXPECT_STATUS(STATUS_OK, map_fresh(1, &mapping));
    }
    tell(STATUS_TIMEOUT);
    EXPECT(free_frames() < before);
    tell(STATUS_OK);
    EXPECT(free_frames() == before);
    tell_nobody();
}

HOST_TEST(only_a_few_empty_tables_are_kept)
{
    const uint64_t before = free_frames();
    for (unsigned i = 0; i < 40; i++) {
        OWNED(mapped_pages_mut, mapping);
        EXPECT_STATUS(STATUS_OK,
                      mapped_pages_allocate_aligned(MAPPING_STACK, 1, LARGE_PAGE_SIZE, &mapping));
    }
    EXPECT(before - frame_statistics().free <= 9 * FRAME_SIZE);
    EXPECT(free_frames() == before);
}
#endif
