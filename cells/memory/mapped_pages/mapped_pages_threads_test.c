// SPDX-License-Identifier: MIT
// Threads map, write, change and unmap at once, while one of them frees tables as soon as they are
// empty. Each writes its number into every page that it holds: a page or a frame with two holders
// is a race, or shows in what is read back.
#include <cell/test.h>
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>
#include <test/host/threads.h>

enum : size_t { THREADS = 4, ROUNDS = 300, HELD = 4, LARGEST = 5 };

static uint64_t *word(const struct mapped_pages_mut *mapping, uint64_t page)
{
    return MAPPED_MUT(uint64_t, mapping, page *PAGE_SIZE);
}

static void mark(const struct mapped_pages_mut *mapping, uint64_t number)
{
    for (uint64_t page = 0; page * PAGE_SIZE < mapping->size; page++)
        *word(mapping, page) = number;
}

static bool is_marked(const struct mapped_pages_mut *mapping, uint64_t number)
{
    for (uint64_t page = 0; page * PAGE_SIZE < mapping->size; page++)
        if (*word(mapping, page) != number)
            return false;
    return true;
}

static enum status map_deeds(uint64_t count, FILLS(struct mapped_pages_mut) mapping)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    TRY(frames_allocate(count, &frames));
    TRY(pages_allocate(PAGES_HEAP, count, &pages));
    return map_writable(&pages, &frames, mapping);
}

static bool change_type(struct mapped_pages_mut *mapping)
{
    OWNED(mapped_pages, readable);
    mapped_pages_freeze(mapping, &readable);
    if (mapping->size != 0)
        return false;
    mapped_pages_thaw(&readable, mapping);
    return true;
}

static bool split_and_join(struct mapped_pages_mut *mapping)
{
    OWNED(mapped_pages_mut, rest);
    if (mapping->size < 2 * PAGE_SIZE)
        return true;
    return mapped_pages_mut_split(mapping, PAGE_SIZE, &rest) == STATUS_OK &&
           mapped_pages_mut_join(mapping, &rest) == STATUS_OK;
}

static bool map_and_unmap(size_t thread)
{
    static struct mapped_pages_mut held[THREADS][HELD];
    uint64_t random = thread + 1;
    bool right = true;
    for (size_t round = 0; round < ROUNDS; round++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        struct mapped_pages_mut *mapping = &held[thread][(random >> 33) % HELD];
        const uint64_t count = (random >> 62) ? 1 : 1 + (random >> 50) % LARGEST;
        if (mapping->size != 0) {
            right = right && is_marked(mapping, thread + 1) && change_type(mapping) &&
                    split_and_join(mapping) && is_marked(mapping, thread + 1);
            mapped_pages_mut_drop(mapping);
        } else if (round % 2 == 0) {
            right = right && map_deeds(count, mapping) == STATUS_OK;
        } else {
            right = right &&
                    mapped_pages_allocate(MAPPING_HEAP, count * PAGE_SIZE, mapping) == STATUS_OK;
        }
        mark(mapping, thread + 1);
        if (thread == 0 && round % 16 == 0)
            page_table_trim();
    }
    for (size_t i = 0; i < HELD; i++)
        mapped_pages_mut_drop(&held[thread][i]);
    return right;
}

HOST_TEST(threads_hold_different_memory)
{
    page_table_trim();
    const uint64_t free = frame_statistics().free;
    const uint64_t held = pages_held(PAGES_HEAP);
    EXPECT(run_in_threads(THREADS, map_and_unmap));
    page_table_trim();
    EXPECT(frame_statistics().free == free);
    EXPECT(pages_held(PAGES_HEAP) == held && page_table_quarantined() == 0);
}

// Whole spans of 2 MiB come and go, so that tables of neighbours are made and freed all the time.
static bool come_and_go(size_t thread)
{
    for (size_t round = 0; round < ROUNDS / 10; round++) {
        OWNED(mapped_pages_mut, mapping);
        OWNED(pages, pages);
        OWNED(frames, frame);
        const struct page_request request = {PAGES_STACKS, 1, PAGES_IN_LARGE};
        if (pages_allocate_for(&request, &pages) != STATUS_OK ||
            frames_allocate(1, &frame) != STATUS_OK ||
            map_writable(&pages, &frame, &mapping) != STATUS_OK)
            return false;
        mark(&mapping, thread + 1);
        if (round % 4 == thread % 4)
            page_table_trim();
        if (!is_marked(&mapping, thread + 1))
            return false;
    }
    return true;
}

HOST_TEST(tables_stay_while_threads_use_them)
{
    page_table_trim();
    const uint64_t free = frame_statistics().free;
    EXPECT(run_in_threads(THREADS, come_and_go));
    page_table_trim();
    EXPECT(frame_statistics().free == free && page_table_quarantined() == 0);
}
