// SPDX-License-Identifier: MIT
/// page_table: the one place that reads and writes page-table entries.
///
///     entry:  0 --set--> present --unmap, first half--> withdrawn --unmap, second half--> 0
///
/// A withdrawn entry is not present but still names its frame: so it is the record of which frames
/// of a mapping have not gone back yet, and unmapping can be begun again after a fault.
///
/// Tables are reached through the recursive window (page_window.h). A table is zeroed before it is
/// linked; one that has become empty is kept for a while and freed when no page of its span is
/// given out. W^X holds by construction: no `enum page_protection` is both. Large pages are of
/// 2 MiB; entries for 1 GiB are never made.
///
/// Callers:    any task on any CPU; not interrupt handlers, for the lock may spin. Whoever names
///             pages here holds their deed, or owns the mapping: entries of one page have one
///             writer, and tables under pages that are given out are never freed. The lock is for
///             which tables exist. page_table_find() takes no lock, for exceptions use it.
/// Live swap:  the tables themselves are the state; the hints at empty ones may be lost.
/// Fault:      atomic: each change of an entry is one store. What passes a frame to an entry or
///             from it is the frame allocator's change, which the entry decides; the sum of what is
///             in quarantine agrees with the entry in the same way. Hints are rebuildable:
///             page_table_trim() looks everywhere.
///
/// Source: Intel SDM volume 3, chapter 4.5 (4-level paging).
#pragma once
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/status.h>

struct frames; // <memory/frame_allocator.h>

enum : uint64_t { PAGE_SIZE = 4096, LARGE_PAGE_SIZE = 2 << 20, PAGES_IN_LARGE = 512 };

enum page_protection {
    PAGE_READABLE,
    PAGE_WRITABLE,
    PAGE_EXECUTABLE,
    PAGE_DEVICE,          ///< writable, uncached
    PAGE_WRITE_COMBINING, ///< writable, for framebuffers
};

/// Sets up the memory types. `scratch` is the address of an unmapped page whose tables exist; new
/// tables are filled there.
void page_table_start(uint64_t scratch);

/// Makes the tables that `count` pages from `address` on need. They stay while the pages are given
/// out. STATUS_EXHAUSTED: no frame for a table. STATUS_EXISTS: a large page lies there.
enum status page_table_reserve(uint64_t address, uint64_t count);

/// Maps pages, whose tables are reserved and whose entries are 0, to adjacent frames. Where both
/// start at a multiple of 2 MiB and there are 512 more, one large page maps them.
void page_table_set(uint64_t address, uint64_t physical, uint64_t count,
                    enum page_protection protection);

/// Passes one frame to the page at `address`, writable, or 512 that start at a multiple of 2 MiB to
/// the large page there: from then on the entry is their record. STATUS_TIMEOUT: a CPU may still
/// look at the table in the place of the large page; nothing is taken.
enum status page_table_give(uint64_t address, TAKES(struct frames) frames);

/// Changes what may be done with the mapped ones of the pages, which are readable, writable or
/// executable afterwards, and tells all CPUs. How they are cached stays.
void page_table_protect(uint64_t address, uint64_t count, enum page_protection protection);

enum page_frames {
    PAGE_FRAMES_FREE, ///< the frames go back
    PAGE_FRAMES_KEEP, ///< they go nowhere any more: in quarantine, for a device may still use them
};

/// Unmaps those of the pages that are mapped, and tells all CPUs. If one does not answer, the
/// frames go to quarantine. Can be begun again after a fault.
void page_table_unmap(uint64_t address, uint64_t count, enum page_frames frames);

/// Undoes page_table_set(): the frames are still the caller's.
void page_table_cancel(uint64_t address, uint64_t count);

/// Makes small pages of a large one that holds `address`, if there is one.
/// STATUS_EXHAUSTED: no frame for their table; nothing changed.
enum status page_table_split(uint64_t address);

/// Says that the pages have been given back: their tables may be empty. Tables that have been so
/// for longer than eight others are freed.
void page_table_retire(uint64_t address, uint64_t count);

/// Frees all empty tables under pages that are not given out.
void page_table_trim(void);

/// The frame and protection of the page that holds `address`. STATUS_NOT_FOUND: it is not mapped.
enum status page_table_find(uint64_t address, uint64_t *physical, enum page_protection *protection);

/// Makes the upper half of the top-level table `copy`, of 512 entries, equal to the kernel's.
void page_table_copy_kernel_half(uint64_t *copy);

/// Bytes of frames in quarantine.
uint64_t page_table_quarantined(void);

/// What page_table_visit() tells of a page that is mapped.
struct page_mapping {
    uint64_t address;
    uint64_t physical;
    uint64_t size; ///< of the page, in bytes
    bool writable;
    bool executable;
};

/// Calls `visit`, unless it is null, for each mapped page but those of the recursive window, by
/// rising address. No table is made or freed meanwhile: `visit` must not map or drop anything.
/// Gives the number of tables.
uint64_t page_table_visit(void (*visit)(void *context, const struct page_mapping *mapping),
                          void *context);

/// Whether the window forbids execution.
bool page_table_window_holds(void);
