// SPDX-License-Identifier: MIT
/// efi_loader: from UEFI firmware to nano_core. This file is the order of things.
///
/// The loader reads nano_core, the archive of cells and the extra files from its own volume, checks
/// them, gives nano_core an address space of its own and leaves the firmware. What nano_core finds
/// is described in kernel/boot_info.h, and nowhere else. Whatever goes wrong before the firmware is
/// left ends in stop(), with a sentence; after that nothing can go wrong.
#include "archive_seal.h"
#include "boot_block.h"
#include "cpu.h"
#include "elf_image.h"
#include "files.h"
#include "firmware.h"
#include "firmware_tables.h"
#include "framebuffer.h"
#include "hand_over.h"
#include "kernel_tables.h"
#include "regions.h"
#include "stop.h"

enum : uint64_t {
    STACK_SIZE = 64 * 1024,
};

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

static void check_files(const struct loaded_files *files, struct elf_image *nano_core)
{
    struct sentence why;
    const struct loaded_file *executable = &files->list[0];
    const struct loaded_file *archive = &files->list[1];
    if (!elf_image_read(executable->bytes, executable->size, nano_core, &why) ||
        !archive_seal_check(archive->bytes, archive->size, &why)) {
        stop("%s", why.text);
    }
}

/// Gives the address behind the stack.
static uint64_t stack_make(void)
{
    const struct boot_region *region =
        region_in_boot_area(BOOT_REGION_STACK, BOOT_WRITABLE, pages_for(STACK_SIZE));
    __builtin_memset(region_memory(region), 0, STACK_SIZE);
    return region->virtual_address + STACK_SIZE;
}

static void load_segments(const struct elf_image *nano_core, const uint8_t *file)
{
    for (size_t i = 0; i < nano_core->segment_count; i++) {
        const struct elf_segment *segment = &nano_core->segments[i];
        uint64_t pages = pages_for(segment->memory_size);
        const struct boot_region *region =
            region_at(BOOT_REGION_NANO_CORE, segment->address, segment->protection, pages);
        uint8_t *memory = region_memory(region);
        __builtin_memcpy(memory, file + segment->file_offset, segment->file_size);
        __builtin_memset(memory + segment->file_size, 0, pages * PAGE_SIZE - segment->file_size);
    }
}

static struct page_tables firmware_tables_reserve(uint64_t tables)
{
    const struct boot_region *region =
        region_in_boot_area(BOOT_REGION_FIRMWARE_TABLES, BOOT_WRITABLE, tables);
    return (struct page_tables){.pool = region_memory(region), .capacity = tables};
}

static uint64_t root_pointer_of_acpi(void)
{
    static const EFI_GUID acpi_2 = ACPI_20_TABLE_GUID, acpi_1 = ACPI_TABLE_GUID;
    const void *pointer = firmware_table(&acpi_2);
    return (uintptr_t)(pointer ? pointer : firmware_table(&acpi_1));
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    uint64_t entry_tsc = __builtin_ia32_rdtsc();
    firmware = (struct firmware){image, system, system->BootServices};
    cpu_check();

    // Regions in the order that regions.h asks for: trampoline, boot area, segments.
    void *trampoline = region_memory(region_of_trampoline());
    region_below(BOOT_REGION_LOW_FRAME, ONE_MEBIBYTE, 1);
    struct loaded_files files;
    struct elf_image nano_core;
    const uint64_t reading_tsc = __builtin_ia32_rdtsc();
    files_read(&files);
    const uint64_t reading_ticks = __builtin_ia32_rdtsc() - reading_tsc;
    check_files(&files, &nano_core);
    uint64_t stack = stack_make();
    struct boot_framebuffer framebuffer = framebuffer_find();
    struct memory_map map = memory_map_read();
    struct page_tables firmware_tables = firmware_tables_reserve(firmware_tables_count(&map));
    struct boot_block block =
        boot_block_reserve(&files, nano_core.segment_count + 1, memory_map_room(&map));
    load_segments(&nano_core, files.list[0].bytes);
    struct page_tables tables = kernel_tables_build();

    boot_block_fill(&block, &files);
    block.info->loader_entry_tsc = entry_tsc;
    block.info->reading_ticks = reading_ticks;
    block.info->top_table = (uintptr_t)tables.pool;
    block.info->firmware_top_table = (uintptr_t)firmware_tables.pool;
    block.info->firmware_system_table = (uintptr_t)system;
    block.info->rsdp = root_pointer_of_acpi();
    block.info->framebuffer = framebuffer;
    trampoline_prepare(trampoline, &(struct entry_state){
                                       .top_table = (uintptr_t)tables.pool,
                                       .stack = stack - sizeof(uint64_t), // as after a call
                                       .boot_info = block.address,
                                       .entry = nano_core.entry,
                                   });

    map.descriptors = boot_block_rest(&block);
    firmware_leave(&map, boot_block_rest_size(&block), &firmware_tables, tables.pool);
    boot_block_close(&block, &map);
    trampoline_enter(trampoline);
}
