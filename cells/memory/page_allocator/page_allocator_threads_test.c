// SPDX-License-Identifier: MIT
// Threads take and give pages at once. Each writes into a word for every page that it holds, which
// is a race unless the allocator gave it to one at a time.
#include <cell/test.h>
#include <memory/page_allocator.h>
#include <test/host/threads.h>

enum : size_t { THREADS = 6, ROUNDS = 4000, HELD = 40, PAGES = 65536, STORAGE = 12000 };
enum : uint64_t { PAGE = 4096, BASE = 0xFFFFFFFF90000000 }; // of the cells' area

static uint64_t words[PAGES];

static bool start(void)
{
    static uint64_t storage[STORAGE];
    page_allocator_start(0);
    if (page_allocator_storage_words() > STORAGE)
        return false;
    page_allocator_adopt(storage);
    return true;
}

static bool take_and_give(size_t thread)
{
    static struct pages held[THREADS][HELD];
    uint64_t random = thread + 1;
    for (size_t round = 0; round < ROUNDS; round++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        struct pages *deed = &held[thread][(random >> 33) % HELD];
        const uint64_t count = 1 + (random >> 50) % ((random >> 60) ? 8 : 1000);
        if (deed->count)
            pages_drop(deed);
        else if (pages_allocate(PAGES_CELLS, count, deed) == STATUS_OK)
            for (uint64_t i = 0; i < count; i++)
                words[(deed->address - BASE) / PAGE + i]++;
        if (deed->count && pages_are_free(deed->address, 1))
            return false;
    }
    for (size_t i = 0; i < HELD; i++)
        pages_drop(&held[thread][i]);
    return true;
}

HOST_TEST(threads_hold_different_pages)
{
    EXPECT(start());
    EXPECT(run_in_threads(THREADS, take_and_give));
    EXPECT(pages_are_free(BASE, PAGES));
}
