// SPDX-License-Identifier: MIT
/// boot_block: the block of memory that begins with `struct boot_info`.
///
///     reserved, before the last regions are known -> filled -> closed, with the firmware gone
#pragma once
#include <kernel/boot_info.h>

#include "files.h"
#include "memory_map.h"

struct boot_block {
    struct boot_info *info; ///< where the loader writes it
    uint64_t address;       ///< where nano_core reads it
    uint64_t room;          ///< in bytes
    uint64_t used;          ///< in bytes
};

/// Adds the region. `further_regions` will be added after it; the memory map will take at most
/// `map_room` bytes.
struct boot_block boot_block_reserve(const struct loaded_files *files, uint64_t further_regions,
                                     uint64_t map_room);

/// Copies all regions, files and options to it. Fields of `info` that are not pointers are the
/// caller's to set.
void boot_block_fill(struct boot_block *block, const struct loaded_files *files);

/// Where the memory map goes: the rest of the block.
void *boot_block_rest(const struct boot_block *block);
uint64_t boot_block_rest_size(const struct boot_block *block);

/// Takes over the map, which is in the rest, and makes the checksum. Calls no firmware.
void boot_block_close(struct boot_block *block, const struct memory_map *map);
