// SPDX-License-Identifier: MIT
/// regions: see the header.
#include "regions.h"

#include "firmware.h"
#include "stop.h"

struct regions regions;

/// The first address of the boot area that is still free. One page stays unmapped before it.
static uint64_t next_address = SLOT_BASE(BOOT_AREA_SLOT);

static struct boot_region *region_add(struct boot_region region)
{
    regions.list = firmware_array_room(regions.list, regions.count, sizeof region);
    struct boot_region *added = &regions.list[regions.count++];
    *added = region;
    return added;
}

static uint64_t pages_allocate(EFI_ALLOCATE_TYPE type, EFI_MEMORY_TYPE memory, uint64_t limit,
                               uint64_t pages)
{
    EFI_PHYSICAL_ADDRESS address = limit - 1;
    if (!EFI_ERROR(firmware.boot->AllocatePages(type, memory, pages, &address))) {
        return address;
    }
    if (type == AllocateMaxAddress) {
        stop("there is not enough memory: the loader could not get %llu KiB below the address "
             "0x%llx; give the machine more memory",
             (unsigned long long)(pages * PAGE_SIZE / 1024), (unsigned long long)limit);
    }
    stop("there is not enough memory: the loader could not get %llu KiB; give the machine more "
         "memory",
         (unsigned long long)(pages * PAGE_SIZE / 1024));
}

static uint64_t boot_area_take(uint64_t pages)
{
    uint64_t address = next_address + PAGE_SIZE;
    next_address = address + pages * PAGE_SIZE;
    return address;
}

struct boot_region *region_in_boot_area(enum boot_region_kind kind, uint32_t protection,
                                        uint64_t pages)
{
    return region_at(kind, boot_area_take(pages), protection, pages);
}

struct boot_region *region_of_device(enum boot_region_kind kind, uint64_t physical, uint64_t pages)
{
    return region_add((struct boot_region){
        .physical_address = physical,
        .virtual_address = boot_area_take(pages),
        .pages = pages,
        .kind = kind,
        .protection = BOOT_WRITABLE,
    });
}

struct boot_region *region_at(enum boot_region_kind kind, uint64_t address, uint32_t protection,
                              uint64_t pages)
{
    return region_add((struct boot_region){
        .physical_address = pages_allocate(AllocateAnyPages, EfiLoaderData, 0, pages),
        .virtual_address = address,
        .pages = pages,
        .kind = kind,
        .protection = protection,
    });
}

struct boot_region *region_below(enum boot_region_kind kind, uint64_t limit, uint64_t pages)
{
    return region_add((struct boot_region){
        .physical_address = pages_allocate(AllocateMaxAddress, EfiLoaderData, limit, pages),
        .pages = pages,
        .kind = kind,
    });
}

struct boot_region *region_of_trampoline(void)
{
    // Loader *code*: a firmware may keep loader data from being executed, and the trampoline begins
    // to run under the firmware's page tables.
    uint64_t page = pages_allocate(AllocateMaxAddress, EfiLoaderCode, FOUR_GIBIBYTES, 1);
    return region_add((struct boot_region){
        .physical_address = page,
        .virtual_address = page,
        .pages = 1,
        .kind = BOOT_REGION_TRAMPOLINE,
        .protection = BOOT_EXECUTABLE,
    });
}

void *region_memory(const struct boot_region *region)
{
    return (void *)(uintptr_t)region->physical_address;
}

uint64_t pages_for(uint64_t size)
{
    return size == 0 ? 1 : size / PAGE_SIZE + (size % PAGE_SIZE != 0);
}

void regions_give_back(void)
{
    for (uint64_t i = 0; i < regions.count; i++) {
        if (regions.list[i].kind != BOOT_REGION_FRAMEBUFFER) {
            firmware.boot->FreePages(regions.list[i].physical_address, regions.list[i].pages);
        }
    }
}
