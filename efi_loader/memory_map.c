// SPDX-License-Identifier: MIT
/// memory_map: see the header.
#include "memory_map.h"

#include "firmware.h"
#include "stop.h"

enum : uint64_t {
    // Each allocation splits a range in three at most, and about thirty follow the first reading.
    FURTHER_DESCRIPTORS = 128,
};

struct memory_map memory_map_read(void)
{
    struct memory_map map = {};
    UINTN size = 0;
    UINT32 version;
    firmware.boot->GetMemoryMap(&size, nullptr, &map.key, &map.descriptor_size, &version);
    map.size = size;
    uint64_t room = memory_map_room(&map);
    map.descriptors = firmware_memory(room);
    memory_map_read_again(&map, room);
    return map;
}

uint64_t memory_map_room(const struct memory_map *map)
{
    return map->size + FURTHER_DESCRIPTORS * map->descriptor_size;
}

void memory_map_read_again(struct memory_map *map, uint64_t room)
{
    UINTN size = room;
    UINT32 version;
    EFI_STATUS status = firmware.boot->GetMemoryMap(&size, map->descriptors, &map->key,
                                                    &map->descriptor_size, &version);
    if (EFI_ERROR(status) || map->descriptor_size < sizeof(EFI_MEMORY_DESCRIPTOR)) {
        stop("the firmware does not give its memory map (firmware error %llu); update the "
             "firmware",
             (unsigned long long)(status & ~EFI_ERROR_MASK));
    }
    map->size = size;
}
