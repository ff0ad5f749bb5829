// SPDX-License-Identifier: MIT
// Threads map, write, change type, split and drop at once, over page tables that all of them share.
// Each leaves its mark on every page: it would find another's there if a frame had two owners.
#include <cell/test.h>
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>
#include <test/host/threads.h>

enum : size_t { THREADS = 6, ROUNDS = 150 };
enum : uint64_t { LARGE_SIZE = LARGE_PAGE_SIZE + PAGE_SIZE, PART = 2 * PAGE_SIZE };

static void next(uint64_t *random)
{
    *random = *random * 6364136223846793005U + 1442695040888963407U;
}

static uint64_t pages_of(uint64_t size)
{
    return size / PAGE_SIZE;
}

static void mark(const struct mapped_pages_mut *mapping, uint64_t value)
{
    for (uint64_t i = 0; i < pages_of(mapping->size); i++)
        *MAPPED_MUT(uint64_t, mapping, i *PAGE_SIZE) = value + mapping->address + i * PAGE_SIZE;
}

static bool has_marks(const struct mapped_pages *mapping, uint64_t value)
{
    for (uint64_t i = 0; i < pages_of(mapping->size); i++)
        if (*MAPPED(uint64_t, mapping, i *PAGE_SIZE) != value + mapping->address + i * PAGE_SIZE)
            return false;
    return true;
}

static bool is_zero(const struct mapped_pages_mut *mapping)
{
    for (uint64_t i = 0; i < pages_of(mapping->size); i++)
        if (*MAPPED_MUT(uint64_t, mapping, i *PAGE_SIZE) != 0)
            return false;
    return true;
}

// Through all types and apart, with the half that is left at the end.
static bool use(struct mapped_pages_mut *mapping, uint64_t value)
{
    OWNED(mapped_pages, readable);
    OWNED(mapped_pages, rest);
    OWNED(mapped_pages_mut, again);
    OWNED(mapped_pages_exec, code);
    if (!is_zero(mapping))
        return false;
    mark(mapping, value);
    mapped_pages_freeze(mapping, &readable);
    if (!has_marks(&readable, value) ||
        mapped_pages_split(&readable, PAGE_SIZE, &rest) != STATUS_OK)
        return false;
    mapped_pages_drop(&readable);
    if (!has_marks(&rest, value))
        return false;
    mapped_pages_thaw(&rest, &again);
    mark(&again, value + 1);
    mapped_pages_seal(&again, &code);
    return SLICE_AT(mapped_bytes_of_exec(&code), 0) == (uint8_t)(value + 1);
}

static bool map_and_drop(size_t thread)
{
    static const enum mapping_purpose purposes[] = {MAPPING_CELL, MAPPING_HEAP, MAPPING_STACK};
    uint64_t random = thread + 1;
    for (size_t round = 0; round < ROUNDS; round++) {
        OWNED(mapped_pages_mut, mapping);
        next(&random);
        const bool large = random >> 59 == 0;
        const uint64_t size = large ? LARGE_SIZE : PAGE_SIZE * (2 + (random >> 40) % 6);
        if (mapped_pages_allocate(purposes[(random >> 50) % 3], size, &mapping) != STATUS_OK ||
            !use(&mapping, (thread << 16 | round) << 32 | (round % 100)))
            return false;
        if (round % 20 == thread)
            page_table_trim();
    }
    return true;
}

static uint64_t bytes_mapped(void)
{
    uint64_t bytes = 0;
    for (enum mapping_purpose purpose = 0; purpose < MAPPING_PURPOSES; purpose++)
        bytes += mapped_pages_bytes(purpose);
    return bytes;
}

static uint64_t free_frames(void)
{
    page_table_trim();
    return frame_statistics().free;
}

HOST_TEST(threads_own_different_mappings_and_give_all_back)
{
    const uint64_t frames = free_frames();
    const uint64_t bytes = bytes_mapped();
    EXPECT(run_in_threads(THREADS, map_and_drop));
    EXPECT(bytes_mapped() == bytes);
    EXPECT(free_frames() == frames && page_table_quarantined() == 0);
}

STATE struct mapped_pages_mut parts[THREADS];

// The entries of all parts lie in one table.
static bool change_a_part(size_t thread)
{
    struct mapped_pages_mut *part = &parts[thread];
    for (uint64_t round = 0; round < ROUNDS; round++) {
        OWNED(mapped_pages, readable);
        mark(part, thread << 32 | round);
        mapped_pages_freeze(part, &readable);
        if (!has_marks(&readable, thread << 32 | round))
            return false;
        mapped_pages_thaw(&readable, part);
    }
    return true;
}

HOST_TEST(threads_change_parts_of_what_was_one_mapping)
{
    OWNED(mapped_pages_mut, mapping);
    const uint64_t frames = free_frames();
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_HEAP, THREADS * PART, &mapping));
    for (size_t i = THREADS - 1; i > 0; i--)
        EXPECT_STATUS(STATUS_OK, mapped_pages_mut_split(&mapping, i * PART, &parts[i]));
    MOVE_TO(&parts[0], &mapping);
    EXPECT(run_in_threads(THREADS, change_a_part));
    for (size_t i = 1; i < THREADS; i++)
        EXPECT_STATUS(STATUS_OK, mapped_pages_mut_join(&parts[0], &parts[i]));
    EXPECT(parts[0].size == THREADS * PART);
    mapped_pages_mut_drop(&parts[0]);
    EXPECT(free_frames() == frames);
}

// Fills the memory: who finds none left gives up what it has.
static bool take_all(size_t thread)
{
    for (unsigned round = 0; round < 3; round++) {
        OWNED(mapped_pages_mut, half);
        OWNED(mapped_pages_mut, other);
        const uint64_t size = frame_statistics().total / THREADS;
        const enum status status = mapped_pages_allocate(MAPPING_HEAP, size, &half);
        if (status != STATUS_OK && status != STATUS_EXHAUSTED)
            return false;
        if (status == STATUS_OK)
            mark(&half, thread);
        if (mapped_pages_allocate(MAPPING_STACK, size, &other) == STATUS_OK)
            mark(&other, thread);
    }
    return true;
}

HOST_TEST(threads_that_run_out_of_memory_take_nothing)
{
    const uint64_t frames = free_frames();
    const uint64_t bytes = bytes_mapped();
    EXPECT(run_in_threads(THREADS, take_all));
    EXPECT(bytes_mapped() == bytes && free_frames() == frames);
}
