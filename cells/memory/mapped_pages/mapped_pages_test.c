// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_table.h>

SYSTEM_TEST(fresh_memory_is_zero_and_goes_back)
{
    OWNED(mapped_pages, mapping);
    // The first mapping may cost page tables, which stay.
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_HEAP, 5000, &mapping));
    mapped_pages_drop(&mapping);
    const uint64_t before = frame_statistics().free;
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_HEAP, 5000, &mapping));
    EXPECT(frame_statistics().free == before - 2 * FRAME_SIZE);
    const unsigned char *bytes = mapped_pages_start(&mapping);
    for (size_t i = 0; i < 5000; i++)
        EXPECT(bytes[i] == 0);
    mapped_pages_drop(&mapping);
    EXPECT(mapping.size == 0 && frame_statistics().free == before);
}

SYSTEM_TEST(protection_is_what_was_asked_for)
{
    OWNED(mapped_pages, mapping);
    uint64_t physical;
    enum page_protection protection;
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_CELL, 1, &mapping));
    EXPECT_STATUS(STATUS_OK, page_table_find(mapping.address, &physical, &protection));
    EXPECT(protection == PAGE_WRITABLE);
    mapped_pages_protect(&mapping, MAPPING_EXECUTABLE);
    EXPECT_STATUS(STATUS_OK, page_table_find(mapping.address, &physical, &protection));
    EXPECT(protection == PAGE_EXECUTABLE);
    mapped_pages_protect(&mapping, MAPPING_READABLE);
    EXPECT_STATUS(STATUS_OK, page_table_find(mapping.address, &physical, &protection));
    EXPECT(protection == PAGE_READABLE);
    const uint64_t address = mapping.address;
    mapped_pages_drop(&mapping);
    EXPECT_STATUS(STATUS_NOT_FOUND, page_table_find(address, &physical, &protection));
}

SYSTEM_TEST(asking_for_all_memory_twice_over_fails_and_takes_nothing)
{
    OWNED(mapped_pages, mapping);
    const struct frame_statistics before = frame_statistics();
    EXPECT_STATUS(STATUS_EXHAUSTED,
                  mapped_pages_allocate(MAPPING_HEAP, 2 * before.total, &mapping));
    EXPECT(mapping.size == 0 && frame_statistics().free == before.free);
}

SYSTEM_TEST(device_memory_keeps_its_offset_in_the_page)
{
    OWNED(mapped_pages, mapping);
    uint64_t physical;
    enum page_protection protection;
    EXPECT_STATUS(STATUS_OK, mapped_pages_device(0xFEE00020, 4, &mapping)); // the local APIC
    EXPECT(mapping.address % PAGE_SIZE == 0x20);
    EXPECT_STATUS(STATUS_OK, page_table_find(mapping.address, &physical, &protection));
    EXPECT(physical == 0xFEE00000 && protection == PAGE_DEVICE);
    mapped_pages_drop(&mapping);
}
