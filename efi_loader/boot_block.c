// SPDX-License-Identifier: MIT
/// boot_block: see the header.
#include "boot_block.h"

#include "crc32.h"
#include "firmware.h"
#include "options.h"
#include "regions.h"
#include "stop.h"

enum : uint64_t {
    ALIGNMENT = 8,
};

static uint64_t aligned(uint64_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static uint64_t text_size(const char *text)
{
    uint64_t size = 1;
    while (*text++ != '\0') {
        size++;
    }
    return size;
}

struct boot_block boot_block_reserve(const struct loaded_files *files, uint64_t further_regions,
                                     uint64_t map_room)
{
    uint64_t room = aligned(sizeof(struct boot_info));
    room += (regions.count + 1 + further_regions) * sizeof(struct boot_region);
    room += files->count * sizeof(struct boot_file);
    for (uint64_t i = 0; i < files->count; i++) {
        room += aligned(text_size(files->list[i].name));
    }
    room += aligned(options_room(files->options_size, firmware_loaded_image()->LoadOptionsSize));
    uint64_t pages = pages_for(room + map_room);
    const struct boot_region *region = region_in_boot_area(BOOT_REGION_INFO, 0, pages);
    struct boot_block block = {
        .info = region_memory(region),
        .address = region->virtual_address,
        .room = pages * PAGE_SIZE,
        .used = aligned(sizeof(struct boot_info)),
    };
    __builtin_memset(block.info, 0, block.room);
    return block;
}

/// The next `size` bytes of the block, and at `*address` where nano_core will see them.
static void *block_take(struct boot_block *block, uint64_t size, uint64_t *address)
{
    if (size > block->room - block->used) {
        stop("the loader measured its boot information wrongly; this is a defect of the loader, "
             "please report it");
    }
    void *memory = (uint8_t *)block->info + block->used;
    *address = block->address + block->used;
    block->used += aligned(size);
    return memory;
}

static void fill_files(struct boot_block *block, const struct loaded_files *files)
{
    struct boot_info *info = block->info;
    struct boot_file *list =
        block_take(block, files->count * sizeof(struct boot_file), &info->files);
    for (uint64_t i = 0; i < files->count; i++) {
        const struct loaded_file *file = &files->list[i];
        uint64_t size = text_size(file->name);
        __builtin_memcpy(block_take(block, size, &list[i].name), file->name, size);
        list[i].address = file->virtual_address;
        list[i].size = file->size;
    }
    info->file_count = files->count;
}

static void fill_options(struct boot_block *block, const struct loaded_files *files)
{
    const EFI_LOADED_IMAGE *image = firmware_loaded_image();
    uint64_t load_options_size = image->LoadOptions ? image->LoadOptionsSize : 0;
    char *text = block_take(block, options_room(files->options_size, load_options_size),
                            &block->info->options);
    options_join(text, files->options, files->options_size, image->LoadOptions, load_options_size);
}

void boot_block_fill(struct boot_block *block, const struct loaded_files *files)
{
    struct boot_info *info = block->info;
    uint64_t size = regions.count * sizeof(struct boot_region);
    __builtin_memcpy(block_take(block, size, &info->regions), regions.list, size);
    info->region_count = regions.count;
    fill_files(block, files);
    fill_options(block, files);
}

void *boot_block_rest(const struct boot_block *block)
{
    return (uint8_t *)block->info + block->used;
}

uint64_t boot_block_rest_size(const struct boot_block *block)
{
    return block->room - block->used;
}

void boot_block_close(struct boot_block *block, const struct memory_map *map)
{
    struct boot_info *info = block->info;
    info->memory_map = block->address + block->used;
    info->memory_map_size = map->size;
    info->memory_map_descriptor_size = map->descriptor_size;
    block->used += map->size;
    info->magic = BOOT_INFO_MAGIC;
    info->major = BOOT_INFO_MAJOR;
    info->minor = BOOT_INFO_MINOR;
    info->block_size = block->used;
    info->handover_tsc = __builtin_ia32_rdtsc();
    info->checksum = 0;
    info->checksum = crc32(0, info, info->block_size);
}
