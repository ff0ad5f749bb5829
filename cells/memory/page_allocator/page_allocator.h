// SPDX-License-Identifier: MIT
/// page_allocator: who may use which virtual addresses.
///
/// The address space has one area a purpose (docs/reference/address_space.md), whose size follows
/// from that of the memory. There is a bit for each page of it.
///
///     free --pages_allocate--> held --pages_drop--> free
///
/// **Guards.** A run is placed only where the page before it and the page behind it are free too;
/// so two runs always have a page between them that is nobody's and not mapped, and running off
/// either end is a fault. A guard has no bit of its own: it is whatever page borders on what is
/// held. That is why a run can be split, joined and dropped in parts: parts border on each other,
/// and what is dropped is not given to others without a page between. The first and the last page
/// of an area are never given out.
///
/// **Stale pointers.** An area is given out in a circle: a range that was dropped stays out of use
/// until the rest of the area has been given out, so that a stale pointer hits nothing.
///
/// **Pages that the loader chose** lie in no area. Their deeds are dropped like any other; they are
/// never given out again.
///
/// It starts in two steps, because the maps of pages need memory themselves: after
/// page_allocator_start() pages come off the beginning of each area; page_allocator_adopt() then
/// gets the storage of the maps, which lies in such pages. Pages dropped in between stay out of
/// use for good.
///
/// Callers:    any task on any CPU; not interrupt handlers, for the locks may spin.
/// Live swap:  deeds stay valid, because they name addresses and not this cell.
/// Fault:      journaled: the maps are changed under an owner that makes them agree with the deed's
///             live word. What deeds the code that died held, the chain walk drops.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/status.h>

enum page_area {
    PAGES_CELLS, ///< in the top 2 GiB, where 32-bit relocations reach
    PAGES_HEAP,
    PAGES_STACKS,
    PAGES_DEVICES,
    PAGE_AREAS
};

struct AFFINE pages {
    uint64_t address;         ///< of the first page
    LIVE_WORD uint64_t count; ///< of 4 KiB; 0: an empty deed
    enum page_area area;
};

struct page_request {
    enum page_area area;
    uint64_t count;
    uint64_t alignment; ///< of the address, in pages, a power of two; 0 and 1: none
};

/// Sizes the areas for a machine with `memory` bytes.
void page_allocator_start(uint64_t memory);

/// Words of storage for page_allocator_adopt().
size_t page_allocator_storage_words(void);

/// From here on pages can be freed. `words` are zeroed, and lent for good.
void page_allocator_adopt(uint64_t *words);

/// Fills `deed` with `count` adjacent free pages of `area`, none of them mapped.
/// STATUS_INVALID: count is 0. STATUS_EXHAUSTED: no free run is that long.
enum status pages_allocate(enum page_area area, uint64_t count, FILLS(struct pages) deed);

/// The same for a request with an alignment.
/// STATUS_INVALID: count is 0, or the alignment no power of two. STATUS_EXHAUSTED: there is no such
/// run.
enum status pages_allocate_for(const struct page_request *request, FILLS(struct pages) deed);

/// Fills `rest` with the last `count` pages of `deed`, which keeps the others.
/// STATUS_INVALID: count is 0, or not less than `deed` has.
enum status pages_split(struct pages *deed, uint64_t count, FILLS(struct pages) rest);

/// Adds `other`, before or behind it, to `deed`.
/// STATUS_INVALID: they are not adjacent, or one of them is empty. Both are unchanged.
enum status pages_join(struct pages *deed, TAKES(struct pages) other);

/// Gives the pages back, which must not be mapped, and empties the deed.
void pages_drop(TAKES(struct pages) deed);

OWNS(pages, count);

/// Fills `deed` with pages in use that only a mapping names.
static inline void pages_adopt(enum page_area area, uint64_t address, uint64_t count,
                               FILLS(struct pages) deed)
{
    FILL(deed, .address = address, .count = count, .area = area);
}

/// Forgets the deed; a mapping is the only record of its pages now.
static inline void pages_leave(TAKES(struct pages) deed)
{
    deed->count = 0;
}

/// Whether the `count` pages from `address` on are pages of one area, none of which is held. One of
/// them may be given out the moment after. The areas consist of whole 2 MiB, aligned.
bool pages_are_free(uint64_t address, uint64_t count);

/// Counts `count` pages outside of the areas, which the loader chose, as held for what `area` is
/// for, until a deed for them is dropped.
void pages_note_loaded(enum page_area area, uint64_t count);

/// How many pages of the area are held, and of those that count as such.
uint64_t pages_held(enum page_area area);
