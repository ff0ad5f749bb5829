// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/page_allocator.h>

static void start_on_the_host(void)
{
#if __STDC_HOSTED__
    page_allocator_start(0);
#endif
}

TEST(two_runs_have_a_page_between_them)
{
    OWNED(pages, first);
    OWNED(pages, second);
    start_on_the_host();
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_DEVICES, 3, &first));
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_DEVICES, 2, &second));
    const uint64_t low = first.address < second.address ? first.address : second.address;
    const uint64_t high = first.address < second.address ? second.address : first.address;
    const uint64_t count = low == first.address ? first.count : second.count;
    EXPECT(high >= low + (count + 1) * 4096);
    pages_drop(&first);
    pages_drop(&second);
    EXPECT(first.count == 0 && second.count == 0);
}

TEST(no_pages_or_more_than_the_area_has_cannot_be_had)
{
    OWNED(pages, deed);
    start_on_the_host();
    EXPECT_STATUS(STATUS_INVALID, pages_allocate(PAGES_STACKS, 0, &deed));
    EXPECT_STATUS(STATUS_EXHAUSTED, pages_allocate(PAGES_STACKS, UINT64_C(1) << 40, &deed));
    EXPECT(deed.count == 0);
}

TEST(cells_lie_in_the_top_two_gibibytes)
{
    OWNED(pages, deed);
    start_on_the_host();
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_CELLS, 1, &deed));
    EXPECT(deed.address >= 0xFFFFFFFF80000000 && deed.address < 0xFFFFFFFFFF000000);
    pages_drop(&deed);
}
