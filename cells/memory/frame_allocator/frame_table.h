// SPDX-License-Identifier: MIT
/// frame_table: which frames are memory, and the number that each has in the map of frames.
///
/// The map has no bits for what lies between regions but one, which is never free, so that no run
/// reaches over the hole. So a frame's number in the map, its *index*, differs from its frame
/// number by a distance that is the region's.
///
/// Live swap, fault: it is made once, in storage that is lent for good, and constant from then on.
#pragma once
#include <stddef.h>

#include <memory/frame_allocator.h>

struct frame_region {
    uint64_t first; ///< frame number
    uint64_t count;
    uint64_t index; ///< of the first frame in the map
};

/// Regions by rising address, adjacent ones joined.
struct frame_table {
    BORROWS struct frame_region *memory; ///< free or in use
    BORROWS struct frame_region *kept;   ///< the firmware's
    size_t memory_count;
    size_t kept_count;
    size_t end; ///< one more than the highest index
};

/// Words of storage for a table of that many regions.
size_t frame_table_words(size_t region_count);

/// Indices that such a table can have at most.
size_t frame_table_indices(const struct memory_region *regions, size_t count);

void frame_table_make(struct frame_table *table, uint64_t *storage,
                      const struct memory_region *regions, size_t count);

/// The region of memory that holds `frame`, or null.
const struct frame_region *frame_table_find(const struct frame_table *table, uint64_t frame);

/// Index of the first frame of memory that is not below `frame`, or `end`.
size_t frame_table_index_from(const struct frame_table *table, uint64_t frame);

/// The frame that has `index`.
uint64_t frame_table_frame(const struct frame_table *table, size_t index);

/// Whether some of the run is memory, or the firmware's.
bool frame_table_has_some(const struct frame_table *table, uint64_t first, uint64_t count);
