// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>
#include <memory/system_memory.h>

SYSTEM_TEST(no_mapping_is_writable_and_executable_and_no_frame_is_mapped_twice)
{
    struct memory_audit audit;
    EXPECT_STATUS(STATUS_OK, memory_audit(&audit));
    EXPECT(audit.mappings > 100);
    EXPECT(audit.writable_executable == 0);
    EXPECT(audit.frames_mapped_twice == 0);
    EXPECT(audit.window_executable == 0 && audit.too_large == 0);
    EXPECT(audit.nano_core_text_frames == 0);
    EXPECT(memory_audit_holds(&audit));
}

SYSTEM_TEST(the_audit_sees_a_frame_that_is_mapped_twice)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(pages, second);
    struct memory_audit audit;
    uint64_t physical;
    enum page_protection protection;
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_HEAP, PAGE_SIZE, &mapping));
    EXPECT_STATUS(STATUS_OK, page_table_find(mapping.address, &physical, &protection));
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_HEAP, 1, &second));
    EXPECT_STATUS(STATUS_OK, page_table_reserve(second.address, 1));
    page_table_set(second.address, physical, 1, PAGE_READABLE);
    const enum status audited = memory_audit(&audit);
    page_table_cancel(second.address, 1);
    EXPECT(audited == STATUS_OK && audit.frames_mapped_twice == 1 && !memory_audit_holds(&audit));
    EXPECT(audit.mapped_twice_at == mapping.address || audit.mapped_twice_at == second.address);
}

SYSTEM_TEST(the_window_shows_a_part_of_each_large_page_and_nothing_else)
{
    OWNED(mapped_pages_mut, mapping);
    struct memory_audit before;
    struct memory_audit with;
    EXPECT_STATUS(STATUS_OK, memory_audit(&before));
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_HEAP, LARGE_PAGE_SIZE, &mapping));
    EXPECT_STATUS(STATUS_OK, memory_audit(&with));
    EXPECT(with.window_aliases == before.window_aliases + 1);
    EXPECT(memory_audit_holds(&with));
}

SYSTEM_TEST(exceptions_have_names)
{
    const char *name = memory_exception_name(MEMORY_EXCEPTION_FIRMWARE);
    EXPECT(name && name[0] == 'f');
}

SYSTEM_TEST(memory_adds_up)
{
    const struct system_memory memory = system_memory_read();
    EXPECT(memory.total == memory.free + memory.reserved + memory.in_use);
    const uint64_t known = memory.heap + memory.cells + memory.stacks + memory.page_tables;
    EXPECT(known <= memory.in_use);
    EXPECT(memory.in_use - known < UINT64_C(64) * 1024);
}
