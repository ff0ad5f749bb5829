// SPDX-License-Identifier: MIT
/// firmware_tables: see the header.
#include "firmware_tables.h"

#include "firmware.h"

// What gnu-efi does not define.
#define MEMORY_ATTRIBUTES_TABLE                                                                    \
    {0xdcfa911d, 0x26eb, 0x469f, {0xa2, 0x20, 0x38, 0xb7, 0xdc, 0x46, 0x12, 0x20}}

enum : uint64_t {
    ATTRIBUTE_READ_ONLY = 0x20000,
    LOWER_HALF = UINT64_C(1) << 47,
    SPARE_TABLES = 4,
};

struct memory_attributes_table {
    uint32_t version;
    uint32_t count;
    uint32_t descriptor_size;
    uint32_t flags;
    uint8_t descriptors[];
};

static bool is_wanted(const EFI_MEMORY_DESCRIPTOR *memory)
{
    return (memory->Attribute & EFI_MEMORY_RUNTIME) && memory->PhysicalStart < LOWER_HALF &&
           memory->NumberOfPages <= (LOWER_HALF - memory->PhysicalStart) / PAGE_SIZE;
}

static const EFI_MEMORY_DESCRIPTOR *map_at(const struct memory_map *map, uint64_t offset)
{
    return (const void *)((const uint8_t *)map->descriptors + offset);
}

uint64_t firmware_tables_count(const struct memory_map *map)
{
    struct page_table_count count = {};
    for (uint64_t at = 0; at < map->size; at += map->descriptor_size) {
        const EFI_MEMORY_DESCRIPTOR *memory = map_at(map, at);
        if (is_wanted(memory)) {
            page_table_count_range(&count, memory->PhysicalStart, memory->NumberOfPages);
        }
    }
    return 1 + count.tables + SPARE_TABLES;
}

static uint64_t flags_of(uint32_t memory_type)
{
    switch (memory_type) {
    case EfiRuntimeServicesCode:
        return PAGE_WRITABLE; // code and data of one image are not told apart here
    case EfiMemoryMappedIO:
    case EfiMemoryMappedIOPortSpace:
        return PAGE_WRITABLE | PAGE_NX | PAGE_PWT | PAGE_PCD;
    default:
        return PAGE_WRITABLE | PAGE_NX;
    }
}

static void protect(struct page_tables *tables, const EFI_MEMORY_DESCRIPTOR *memory)
{
    for (uint64_t page = 0; page < memory->NumberOfPages; page++) {
        uint64_t *entry = page_tables_entry(tables, memory->PhysicalStart + page * PAGE_SIZE);
        if (!entry) {
            return; // the memory map does not know this range: no word of it can be trusted
        }
        *entry &= ~(PAGE_WRITABLE | PAGE_NX);
        *entry |= (memory->Attribute & ATTRIBUTE_READ_ONLY) ? 0 : PAGE_WRITABLE;
        *entry |= (memory->Attribute & EFI_MEMORY_XP) ? PAGE_NX : 0;
    }
}

static void apply_memory_attributes(struct page_tables *tables)
{
    static const EFI_GUID guid = MEMORY_ATTRIBUTES_TABLE;
    const struct memory_attributes_table *table = firmware_table(&guid);
    if (!table || table->descriptor_size < sizeof(EFI_MEMORY_DESCRIPTOR)) {
        return;
    }
    for (uint64_t i = 0; i < table->count; i++) {
        const EFI_MEMORY_DESCRIPTOR *memory =
            (const void *)(table->descriptors + i * table->descriptor_size);
        if (is_wanted(memory)) {
            protect(tables, memory);
        }
    }
}

bool firmware_tables_build(const struct memory_map *map, struct page_tables *tables,
                           const uint64_t *kernel_top_table)
{
    __builtin_memset(tables->pool, 0, tables->capacity * PAGE_SIZE);
    tables->used = 1;
    for (uint64_t at = 0; at < map->size; at += map->descriptor_size) {
        const EFI_MEMORY_DESCRIPTOR *memory = map_at(map, at);
        if (is_wanted(memory) &&
            !page_tables_map(tables, memory->PhysicalStart, memory->PhysicalStart,
                             memory->NumberOfPages, flags_of(memory->Type))) {
            return false;
        }
    }
    apply_memory_attributes(tables);
    uint64_t half = PAGE_ENTRIES / 2;
    __builtin_memcpy(tables->pool + half, kernel_top_table + half, half * sizeof(uint64_t));
    return true;
}
