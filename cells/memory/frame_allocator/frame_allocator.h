// SPDX-License-Identifier: MIT
/// frame_allocator: who may touch which physical memory.
///
/// A `struct frames` is a title deed: its holder, and nobody else, may map those frames.
///
///     free --frames_allocate--> held --frames_drop--> free
///
/// It starts in two steps, because the map of frames needs memory itself: after
/// frame_allocator_start() single frames come off the end of one region; frame_allocator_adopt()
/// then gets the storage of the map, which lies in such frames.
///
/// Callers:    boot CPU only, not from exceptions.
/// Live swap:  deeds stay valid, because they name memory and not this cell.
/// Fault:      the chain walk drops every deed of the code that died.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/status.h>

enum : uint64_t { FRAME_SIZE = 4096 };

enum memory_kind { MEMORY_FREE, MEMORY_USED, MEMORY_RESERVED };

/// A region of the physical memory that the machine has. Regions do not overlap.
struct memory_region {
    uint64_t first; ///< frame number: physical address / FRAME_SIZE
    uint64_t count; ///< in frames
    enum memory_kind kind;
};

struct AFFINE frames {
    uint64_t first;           ///< frame number
    LIVE_WORD uint64_t count; ///< 0: an empty deed
};

struct frame_statistics {
    uint64_t total;    ///< bytes of memory in the machine
    uint64_t free;     ///< bytes that can be allocated
    uint64_t reserved; ///< bytes that the firmware keeps
};

/// Remembers the free regions, of which there may be 128; those beyond are counted as reserved.
/// STATUS_EXHAUSTED: there is no free region.
enum status frame_allocator_start(const struct memory_region *regions, size_t count);

/// Words of storage for frame_allocator_adopt().
size_t frame_allocator_storage_words(void);

/// From here on runs of frames can be allocated and freed. `storage` is lent for good.
void frame_allocator_adopt(uint64_t *storage);

/// Fills `deed` with `count` adjacent free frames; their contents are junk.
/// STATUS_INVALID: count is 0. STATUS_EXHAUSTED: no free run is that long.
enum status frames_allocate(uint64_t count, FILLS(struct frames) deed);

/// Gives the frames back and empties the deed. Dropping an empty deed does nothing.
void frames_drop(TAKES(struct frames) deed);

OWNS(frames, count);

/// Fills `deed` with frames that are in use without one: the loader's, and those that only a page
/// table names. The caller vouches that there is no other deed for them.
void frames_adopt(uint64_t first, uint64_t count, FILLS(struct frames) deed);

/// Forgets the deed; a page table is the only record of its frames now.
void frames_leave(TAKES(struct frames) deed);

struct frame_statistics frame_statistics(void);
