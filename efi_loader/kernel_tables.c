// SPDX-License-Identifier: MIT
/// kernel_tables: one walk over the regions to count, one to map.
#include "kernel_tables.h"

#include "regions.h"
#include "stop.h"

static uint64_t tables_needed(void)
{
    struct page_table_count count = {};
    for (uint64_t i = 0; i < regions.count; i++) {
        if (regions.list[i].virtual_address != 0) {
            page_table_count_range(&count, regions.list[i].virtual_address, regions.list[i].pages);
        }
    }
    return 1 + count.tables;
}

static uint64_t flags_of(const struct boot_region *region)
{
    uint64_t flags = (region->protection & BOOT_WRITABLE) ? PAGE_WRITABLE : 0;
    flags |= (region->protection & BOOT_EXECUTABLE) ? 0 : PAGE_NX;
    return flags | (region->kind == BOOT_REGION_FRAMEBUFFER ? PAGE_PWT : 0);
}

struct page_tables kernel_tables_build(void)
{
    uint64_t needed = tables_needed();
    uint64_t *pool = region_memory(region_below(BOOT_REGION_PAGE_TABLES, FOUR_GIBIBYTES, needed));
    __builtin_memset(pool, 0, needed * PAGE_SIZE);
    struct page_tables tables = {.pool = pool, .capacity = needed, .used = 1};
    pool[RECURSIVE_SLOT] = (uintptr_t)pool | PAGE_PRESENT | PAGE_WRITABLE | PAGE_NX;
    bool is_mapped = true;
    for (uint64_t i = 0; i < regions.count; i++) {
        const struct boot_region *region = &regions.list[i];
        if (region->virtual_address != 0) {
            is_mapped = is_mapped &&
                        page_tables_map(&tables, region->virtual_address, region->physical_address,
                                        region->pages, flags_of(region));
        }
    }
    if (!is_mapped || tables.used != needed) {
        stop("the loader counted its page tables wrongly (%llu); this is a defect of the loader, "
             "please report it",
             (unsigned long long)needed);
    }
    return tables;
}
