// SPDX-License-Identifier: MIT
/// memory_map: the firmware's list of physical memory.
#pragma once
#include <stdint.h>

/// A memory map as GetMemoryMap gives it.
struct memory_map {
    void *descriptors;
    uint64_t size;            ///< in bytes
    uint64_t descriptor_size; ///< bytes from one to the next
    uint64_t key;             ///< which state of the map this is
};

/// The map as it is now, in memory from the pool.
struct memory_map memory_map_read(void);

/// How many bytes to reserve for the map at the end: what it has now, and more than what the loader
/// can add to it by then.
uint64_t memory_map_room(const struct memory_map *map);

/// Reads the map into `map->descriptors` again, which have `room` bytes. Allocates nothing.
void memory_map_read_again(struct memory_map *map, uint64_t room);
