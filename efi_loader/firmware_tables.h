// SPDX-License-Identifier: MIT
/// firmware_tables: the page tables under which the firmware's runtime services run.
///
/// Their lower half maps what the firmware needs at its physical addresses; their upper half is
/// nano_core's. Protections are those of the firmware's memory attributes table where it has one.
#pragma once
#include <stdint.h>

#include "memory_map.h"
#include "page_tables.h"

/// How many tables a map like this needs, with some to spare in case it changes yet.
uint64_t firmware_tables_count(const struct memory_map *map);

/// Builds the tables in the pool, anew on each call. False if the pool is too small.
[[nodiscard]] bool firmware_tables_build(const struct memory_map *map, struct page_tables *tables,
                                         const uint64_t *kernel_top_table);
