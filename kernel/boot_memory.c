// SPDX-License-Identifier: MIT
// The firmware's memory map says what memory there is; the loader's regions, sorted by address, are
// cut out of it. Adjacent pieces of one kind are joined.
#include "nano_core.h"

#include <cell/cell_metadata.h>
#include <fault/logger.h>
#include <fault/stop.h>
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>
#include <memory/system_memory.h>

// UEFI 2.10, 7.2: EFI_MEMORY_TYPE.
enum efi_memory_type : uint32_t {
    EFI_RESERVED = 0,
    EFI_LOADER_CODE = 1,
    EFI_LOADER_DATA = 2,
    EFI_BOOT_SERVICES_CODE = 3,
    EFI_BOOT_SERVICES_DATA = 4,
    EFI_CONVENTIONAL = 7,
    EFI_MEMORY_MAPPED_IO = 11,
    EFI_MEMORY_MAPPED_IO_PORTS = 12,
};

enum : uint64_t { EFI_MEMORY_WRITE_BACK = 1 << 3 };

struct efi_memory_descriptor {
    enum efi_memory_type type;
    uint32_t padding;
    uint64_t physical_start;
    uint64_t virtual_start;
    uint64_t page_count;
    uint64_t attribute;
};

struct run {
    uint64_t first; // frame number
    uint64_t count;
};

struct place {
    uint64_t address;
    uint64_t size; // in bytes
};

enum { MAP_LIMIT = 512, REGION_LIMIT = 192 };

STATE struct boot_memory_state {
    struct memory_region map[MAP_LIMIT];
    size_t map_count;
    struct run taken[REGION_LIMIT]; // the loader's regions by rising address
    size_t taken_count;
} boot;

// Marks of the linker's; what lies between the first and the last goes.
extern const char nano_core_text[];
extern const char nano_core_rodata[];
extern const char nano_core_own[];
extern const char nano_core_data[];
extern const char nano_core_scratch_page[];

static void add_region(uint64_t first, uint64_t count, enum memory_kind kind)
{
    struct memory_region *last = boot.map_count ? &boot.map[boot.map_count - 1] : nullptr;
    if (count == 0)
        return;
    if (last && last->kind == kind && last->first + last->count == first) {
        last->count += count;
        return;
    }
    if (boot.map_count == MAP_LIMIT)
        stop("the firmware's memory map has over %d pieces", MAP_LIMIT);
    boot.map[boot.map_count++] = (struct memory_region){first, count, kind};
}

static void take_region(struct run region)
{
    size_t place = boot.taken_count++;
    if (place == REGION_LIMIT)
        stop("the loader took over %d regions of memory: put fewer files into \\theoris\\extra\\",
             REGION_LIMIT);
    for (; place > 0 && boot.taken[place - 1].first > region.first; place--)
        boot.taken[place] = boot.taken[place - 1];
    boot.taken[place] = region;
}

// Adds free memory, without what the loader took of it.
static void add_free(uint64_t first, uint64_t end)
{
    for (size_t i = 0; i < boot.taken_count && first < end; i++) {
        const struct run *taken = &boot.taken[i];
        if (taken->first + taken->count <= first || taken->first >= end)
            continue;
        if (taken->first > first)
            add_region(first, taken->first - first, MEMORY_FREE);
        const uint64_t taken_end =
            taken->first + taken->count < end ? taken->first + taken->count : end;
        const uint64_t taken_first = taken->first > first ? taken->first : first;
        add_region(taken_first, taken_end - taken_first, MEMORY_USED);
        first = taken_end;
    }
    if (first < end)
        add_region(first, end - first, MEMORY_FREE);
}

static void add_descriptor(const struct efi_memory_descriptor *descriptor)
{
    const uint64_t first = descriptor->physical_start / FRAME_SIZE;
    const uint64_t end = first + descriptor->page_count;
    switch (descriptor->type) {
    case EFI_LOADER_CODE:
    case EFI_LOADER_DATA:
    case EFI_BOOT_SERVICES_CODE:
    case EFI_BOOT_SERVICES_DATA:
    case EFI_CONVENTIONAL:
        // Frame 0 stays out: a zero frame number means an empty deed.
        add_region(first, first == 0, MEMORY_RESERVED);
        add_free(first + (first == 0), end);
        return;
    case EFI_MEMORY_MAPPED_IO:
    case EFI_MEMORY_MAPPED_IO_PORTS:
        add_region(first, end - first, MEMORY_DEVICE);
        return;
    case EFI_RESERVED:
        // Device memory, such as PCI's configuration space, is reserved too, but cannot be cached.
        add_region(first, end - first,
                   descriptor->attribute & EFI_MEMORY_WRITE_BACK ? MEMORY_RESERVED : MEMORY_DEVICE);
        return;
    default:
        add_region(first, end - first, MEMORY_RESERVED);
    }
}

// What the loader took is not free.
static void take_regions(const struct boot_info *info)
{
    const struct boot_region *regions = boot_pointer(info->regions);
    for (uint64_t i = 0; i < info->region_count; i++)
        if (regions[i].kind != BOOT_REGION_FRAMEBUFFER)
            take_region((struct run){regions[i].physical_address / FRAME_SIZE, regions[i].pages});
}

static enum mapping_purpose purpose_of(enum boot_region_kind kind)
{
    switch (kind) {
    case BOOT_REGION_STACK:
        return MAPPING_STACK;
    case BOOT_REGION_FRAMEBUFFER:
        return MAPPING_DEVICE;
    default:
        return MAPPING_CELL;
    }
}

static void count_regions(const struct boot_info *info)
{
    const struct boot_region *regions = boot_pointer(info->regions);
    for (uint64_t i = 0; i < info->region_count; i++) {
        const uint64_t size = regions[i].pages * PAGE_SIZE;
        switch (regions[i].kind) {
        case BOOT_REGION_FIRMWARE_TABLES:
            system_memory_count_tables(size);
            system_memory_note_exception(MEMORY_EXCEPTION_FIRMWARE);
            break;
        case BOOT_REGION_PAGE_TABLES: // counted in the tables themselves
        case BOOT_REGION_TRAMPOLINE:
        case BOOT_REGION_LOW_FRAME:
            break;
        default:
            mapped_pages_count(purpose_of(regions[i].kind), size);
        }
    }
}

// Where the first region of a kind is, or the segment that the linker put at `mark`.
static struct place find_region(const struct boot_info *info, enum boot_region_kind kind,
                                const char *mark)
{
    const struct boot_region *regions = boot_pointer(info->regions);
    for (uint64_t i = 0; i < info->region_count; i++)
        if (regions[i].kind == kind && (!mark || regions[i].virtual_address == (uint64_t)mark))
            return (struct place){regions[i].virtual_address, regions[i].pages * PAGE_SIZE};
    stop("the loader says of something that it mapped not where: put files of one build on the "
         "volume");
}

static struct place find_segment(const struct boot_info *info, const char *mark)
{
    return find_region(info, BOOT_REGION_NANO_CORE, mark);
}

static void adopt_text(const struct boot_info *info, FILLS(struct mapped_pages_exec) text)
{
    const struct place place = find_segment(info, nano_core_text);
    mapped_pages_exec_adopt(MAPPING_CELL, place.address, place.size, text);
    system_memory_note_core_text(place.address / PAGE_SIZE, place.size / PAGE_SIZE);
}

static void adopt_readable(struct place place, FILLS(struct mapped_pages) deed)
{
    mapped_pages_adopt(MAPPING_CELL, place.address, place.size, deed);
}

static void adopt_writable(enum mapping_purpose purpose, struct place place,
                           FILLS(struct mapped_pages_mut) deed)
{
    mapped_pages_mut_adopt(purpose, place.address, place.size, deed);
}

// The deeds for everything that the loader mapped are made here, and nowhere else: for what goes
// with nano_core, of which the first of all files is one, and for the data of its cells. What stays
// as long as the system is counted only.
static void adopt_regions(const struct boot_info *info, struct handover *handover,
                          FILLS(struct mapped_pages_mut) data)
{
    OWNED(mapped_pages_exec, text);
    OWNED(mapped_pages, rodata);
    OWNED(mapped_pages_mut, own);
    OWNED(mapped_pages_mut, stack);
    OWNED(mapped_pages, file);
    count_regions(info);
    adopt_text(info, &text);
    adopt_readable(find_segment(info, nano_core_rodata), &rodata);
    adopt_writable(MAPPING_CELL, find_segment(info, nano_core_own), &own);
    adopt_writable(MAPPING_STACK, find_region(info, BOOT_REGION_STACK, nullptr), &stack);
    adopt_readable(find_region(info, BOOT_REGION_FILE, nullptr), &file);
    adopt_writable(MAPPING_CELL, find_segment(info, nano_core_data), data);
    MOVE_TO(&handover->text, &text);
    MOVE_TO(&handover->rodata, &rodata);
    MOVE_TO(&handover->own, &own);
    MOVE_TO(&handover->stack, &stack);
    MOVE_TO(&handover->file, &file);
}

static void free_trampoline(const struct boot_info *info)
{
    const struct boot_region *regions = boot_pointer(info->regions);
    for (uint64_t i = 0; i < info->region_count; i++)
        if (regions[i].kind == BOOT_REGION_TRAMPOLINE)
            page_table_unmap(regions[i].virtual_address, regions[i].pages, PAGE_FRAMES_FREE);
}

// Entries of the top-level table and tables of the second level for the areas stay, so that how
// much memory is free does not depend on what was used before.
static void make_upper_tables(void)
{
    for (enum page_area area = 0; area < PAGE_AREAS; area++) {
        OWNED(pages, page);
        if (pages_allocate(area, 1, &page) != STATUS_OK ||
            page_table_reserve(page.address, 1) != STATUS_OK)
            stop("there is too little memory for page tables");
    }
}

static void read_map(const struct boot_info *info)
{
    for (uint64_t at = 0; at < info->memory_map_size; at += info->memory_map_descriptor_size)
        add_descriptor(boot_pointer(info->memory_map + at));
}

// The maps of frames and of pages lie in memory that lasts as long as the system.
static void *map_storage(size_t words)
{
    OWNED(mapped_pages_mut, storage);
    const uint64_t size = words * sizeof(uint64_t);
    if (mapped_pages_allocate(MAPPING_HEAP, size, &storage) != STATUS_OK)
        stop("there is too little memory for the maps of memory: %lu KiB are needed", size / 1024);
    return mapped_pages_mut_leave(&storage);
}

void boot_memory(const struct boot_info *info, struct handover *handover,
                 FILLS(struct mapped_pages_mut) data)
{
    page_table_start((uint64_t)nano_core_scratch_page);
    take_regions(info);
    read_map(info);
    if (frame_allocator_start(boot.map, boot.map_count) != STATUS_OK)
        stop("the firmware's memory map has no free memory");
    page_allocator_start(frame_statistics().total);
    void *frame_map = map_storage(frame_allocator_storage_words());
    void *page_maps = map_storage(page_allocator_storage_words());
    frame_allocator_adopt(frame_map);
    page_allocator_adopt(page_maps);
    adopt_regions(info, handover, data);
    free_trampoline(info);
    make_upper_tables();
    log_debug("%zu pieces of memory", boot.map_count);
}
