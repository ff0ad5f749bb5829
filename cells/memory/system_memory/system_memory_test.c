// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/mapped_pages.h>
#include <memory/page_table.h>
#include <memory/system_memory.h>

SYSTEM_TEST(no_mapping_is_writable_and_executable_and_no_frame_is_mapped_twice)
{
    struct memory_audit audit;
    EXPECT_STATUS(STATUS_OK, memory_audit(&audit));
    EXPECT(audit.mappings > 100);
    EXPECT(audit.writable_executable == 0);
    EXPECT(audit.frames_mapped_twice == 0);
}

SYSTEM_TEST(the_audit_sees_a_frame_that_is_mapped_twice)
{
    OWNED(mapped_pages, pages);
    struct memory_audit audit;
    uint64_t physical;
    enum page_protection protection;
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_HEAP, 4096, &pages));
    EXPECT_STATUS(STATUS_OK, page_table_find(pages.address, &physical, &protection));
    // The page behind a run is never mapped, so it is free for this.
    const uint64_t second = pages.address + 4096;
    EXPECT_STATUS(STATUS_OK, page_table_map(second, physical, PAGE_READABLE));
    const enum status audited = memory_audit(&audit);
    EXPECT_STATUS(STATUS_OK, page_table_unmap(second, &physical));
    mapped_pages_drop(&pages);
    EXPECT(audited == STATUS_OK && audit.frames_mapped_twice == 1);
}

SYSTEM_TEST(memory_adds_up)
{
    const struct system_memory memory = system_memory_read();
    EXPECT(memory.total == memory.free + memory.reserved + memory.in_use);
    const uint64_t known = memory.heap + memory.cells + memory.stacks + memory.page_tables;
    EXPECT(known <= memory.in_use);
    EXPECT(memory.in_use - known < UINT64_C(64) * 1024);
}
