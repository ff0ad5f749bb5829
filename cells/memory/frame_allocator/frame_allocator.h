// SPDX-License-Identifier: MIT
/// frame_allocator: who may touch which physical memory.
///
/// A `struct frames` is a title deed: its holder, and nobody else, may map those frames.
///
///     free --frames_allocate--> held --frames_drop--> free
///     device's --frames_claim_device--> held --frames_drop--> device's
///
/// There is a bit for each frame of memory, and none for the holes between: 1/32768 of the memory,
/// and one byte in 63 of that for finding free frames without a search. Frames below 1 MiB and
/// below 4 GiB are given out when there are no others. Single frames are kept at hand in a cache
/// for each CPU, a few dozen at most; they count as free.
///
/// It starts in two steps, because the map of frames needs memory itself: after
/// frame_allocator_start() single frames come off the end of the highest free region;
/// frame_allocator_adopt() then gets the storage of the map, which lies in such frames. A frame
/// that is dropped in between stays in use for good.
///
/// Callers:    any task on any CPU; not interrupt handlers, for the lock may spin.
/// Live swap:  deeds stay valid, because they name memory and not this cell.
/// Fault:      journaled: the map, the claims and the caches are changed under an owner that makes
///             them agree with the deed's live word. The table of regions is constant. What deeds
///             the code that died held, the chain walk drops.
/// Equation:   every frame of memory is free in the map, or in a cache, or has one holder.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/status.h>

enum : uint64_t { FRAME_SIZE = 4096 };

enum memory_kind {
    MEMORY_FREE,
    MEMORY_USED,     ///< memory that has a holder already
    MEMORY_RESERVED, ///< the firmware's for good
    MEMORY_DEVICE,   ///< a device's, as is all that no region tells of
};

/// A region of the physical address space. Regions do not overlap; their order does not matter.
struct memory_region {
    uint64_t first; ///< frame number: physical address / FRAME_SIZE
    uint64_t count; ///< in frames
    enum memory_kind kind;
};

struct AFFINE frames {
    uint64_t first;           ///< frame number
    LIVE_WORD uint64_t count; ///< 0: an empty deed
};

struct frame_request {
    uint64_t count;
    uint64_t alignment; ///< of the first frame's number, a power of two; 0 and 1: none
    uint64_t limit;     ///< the first frame number that is too high; 0: none is
};

/// All in bytes.
struct frame_statistics {
    uint64_t total;    ///< memory in the machine
    uint64_t free;     ///< memory that can be allocated
    uint64_t reserved; ///< memory that the firmware keeps
    uint64_t device;   ///< devices' memory that is claimed
};

/// Notes the regions, which are lent until frame_allocator_adopt(). Frame 0 must not be free.
/// STATUS_EXHAUSTED: there is no free region.
enum status frame_allocator_start(const struct memory_region *regions, size_t count);

/// Words of storage for frame_allocator_adopt().
size_t frame_allocator_storage_words(void);

/// From here on runs of frames can be allocated and freed. `storage` is zeroed, aligned like a
/// word, and lent for good.
void frame_allocator_adopt(void *storage);

/// Fills `deed` with `count` adjacent free frames; their contents are junk.
/// STATUS_INVALID: count is 0. STATUS_EXHAUSTED: no free run is that long.
enum status frames_allocate(uint64_t count, FILLS(struct frames) deed);

/// The same for a request with an alignment or a limit.
/// STATUS_INVALID: count is 0, or the alignment no power of two. STATUS_EXHAUSTED: there is no such
/// run.
enum status frames_allocate_for(const struct frame_request *request, FILLS(struct frames) deed);

/// Fills `deed` with frames that are no memory, but a device's.
/// STATUS_INVALID: count is 0, or the run leaves the physical address space of 52 bits.
/// STATUS_DENIED: some of it is memory. STATUS_BUSY: some of it is claimed. STATUS_EXHAUSTED: there
/// are 256 claims.
enum status frames_claim_device(uint64_t first, uint64_t count, FILLS(struct frames) deed);

/// Fills `rest` with the last `count` frames of `deed`, which keeps the others. The parts of a
/// device's claim are given back together, when the last of them is dropped.
/// STATUS_INVALID: count is 0, or not less than `deed` has.
enum status frames_split(struct frames *deed, uint64_t count, FILLS(struct frames) rest);

/// Adds `other`, before or behind it, to `deed`.
/// STATUS_INVALID: they are not adjacent, or one of them is empty, or they are a device's and of
/// two claims. Both are unchanged.
enum status frames_join(struct frames *deed, TAKES(struct frames) other);

/// Gives the frames back and empties the deed. Dropping an empty deed does nothing.
void frames_drop(TAKES(struct frames) deed);

OWNS(frames, count);

/// Fills `deed` with frames that are in use without one: the loader's, and those that only a page
/// table names. The caller vouches that there is no other deed for them.
void frames_adopt(uint64_t first, uint64_t count, FILLS(struct frames) deed);

/// Forgets the deed; something else is the only record of its frames now.
static inline void frames_leave(TAKES(struct frames) deed)
{
    deed->count = 0;
}

/// Frames on their way between a deed and a word that names them, such as an entry of a page
/// table: while the word is not zero they are the word's, else this owns them. Its drop gives back
/// what it owns. So a frame has one holder at each instruction:
///
///     OWNED(frames_change, change);                    clearing an entry
///     frames_change_from_word(frame, 1, entry, &change);
///     *entry = 0;                                      the change's from here on
///                                                      the scope ends: given back
///
///     OWNED(frames_change, change);                    setting an entry, which is 0
///     frames_change_from_deed(&deed, entry, &change);  the change's
///     *entry = ...;                                    the entry's from here on
///                                                      the scope ends: nothing to give back
///
/// Once the word is zero and other CPUs may still use what it named, that must be put an end to
/// before the change is dropped. It must not be moved, and the word must last as long as it does.
struct AFFINE frames_change {
    uint64_t first;
    LIVE_WORD uint64_t count; ///< 0: nothing is on its way
    BORROWS const volatile uint64_t *word;
};

/// Fills `change` with the frames of `deed`. `*word` is zero.
void frames_change_from_deed(TAKES(struct frames) deed, const volatile uint64_t *word,
                             FILLS(struct frames_change) change);

/// Gives the frames back, unless `*word` has them.
void frames_change_drop(TAKES(struct frames_change) change);

OWNS(frames_change, count);

/// Fills `change` with frames that `*word`, which is not zero, names.
static inline void frames_change_from_word(uint64_t first, uint64_t count,
                                           const volatile uint64_t *word,
                                           FILLS(struct frames_change) change)
{
    FILL(change, .first = first, .count = count, .word = word);
}

/// Gives the CPUs' caches back to the map, so that runs can form there. Allocation does so itself
/// before it fails.
void frame_allocator_trim(void);

struct frame_statistics frame_statistics(void);
