// SPDX-License-Identifier: MIT
/// mapped_pages: the way to own memory. A mapping holds its pages and their frames; the page tables
/// are the only record of which frame lies where.
///
///     frames --+                                      mapped_pages       readable
///              +-- map_readable, _writable, _executable --> mapped_pages_mut   writable
///     pages ---+                                      mapped_pages_exec  executable
///
///     mapped_pages <--freeze-- mapped_pages_mut --seal--> mapped_pages_exec
///                  --thaw-->
///
/// What may be done with the memory is its type, so changing it is changing the type: nothing is
/// ever writable and executable. Memory is reached only through the views below, which borrow and
/// which panic where they would leave the mapping.
///
/// Where 512 pages and 512 frames that belong together both start at a multiple of 2 MiB, one large
/// page maps them.
///
/// Callers:    any task on any CPU; not interrupt handlers, for locks spin.
/// Live swap:  mappings stay valid; nothing is remembered here.
/// Fault:      restartable. The entries are the record: a mapping in the making or in its drop is
///             dropped again, what is unmapped by then is passed over. A change of type and the
///             passing of deeds are changes in progress, owned: their drop completes or undoes
///             them, as the live word of the mapping that they fill says.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/slice.h>
#include <cell/status.h>

struct frames; // <memory/frame_allocator.h>
struct pages;  // <memory/page_allocator.h>

/// Which area of the address space a mapping lies in.
enum mapping_purpose {
    MAPPING_CELL,
    MAPPING_HEAP,
    MAPPING_STACK,
    MAPPING_DEVICE,
    MAPPING_PURPOSES
};

/// Memory that can be read.
struct AFFINE mapped_pages {
    uint64_t address;        ///< of the first byte; a page's start
    LIVE_WORD uint64_t size; ///< in bytes, all of which may be used; 0: nothing is owned
    enum mapping_purpose purpose;
};

/// Memory that can be read and written.
struct AFFINE mapped_pages_mut {
    uint64_t address;
    LIVE_WORD uint64_t size;
    enum mapping_purpose purpose;
};

/// Memory that can be read and run.
struct AFFINE mapped_pages_exec {
    uint64_t address;
    LIVE_WORD uint64_t size;
    enum mapping_purpose purpose;
};

// Dropping unmaps, tells all CPUs, and gives frames and pages back. It never fails.
void mapped_pages_drop(TAKES(struct mapped_pages) mapping);
void mapped_pages_mut_drop(TAKES(struct mapped_pages_mut) mapping);
void mapped_pages_exec_drop(TAKES(struct mapped_pages_exec) mapping);

OWNS(mapped_pages, size);
OWNS(mapped_pages_mut, size);
OWNS(mapped_pages_exec, size);

/// Unmaps, but the frames never go back: a device may still write to them. They are counted.
void mapped_pages_mut_quarantine(TAKES(struct mapped_pages_mut) mapping);

/// Maps the pages to the frames, in order, and consumes both deeds. The contents are what the
/// frames had. STATUS_INVALID: one deed is empty, or their counts differ. STATUS_EXHAUSTED: no
/// frame for a page table. On failure nothing is taken.
enum status map_readable(TAKES(struct pages) pages, TAKES(struct frames) frames,
                         FILLS(struct mapped_pages) mapping);
enum status map_writable(TAKES(struct pages) pages, TAKES(struct frames) frames,
                         FILLS(struct mapped_pages_mut) mapping);
enum status map_executable(TAKES(struct pages) pages, TAKES(struct frames) frames,
                           FILLS(struct mapped_pages_exec) mapping);

/// The same, past the CPU's caches: for devices' frames, and for memory that a device without
/// coherent access uses. Write-combining is for memory that is written in long runs. A change of
/// protection keeps it so.
enum status map_uncached(TAKES(struct pages) pages, TAKES(struct frames) frames,
                         FILLS(struct mapped_pages_mut) mapping);
enum status map_write_combining(TAKES(struct pages) pages, TAKES(struct frames) frames,
                                FILLS(struct mapped_pages_mut) mapping);

/// Maps `size` bytes, rounded up to pages, of fresh zeroed memory. The frames need not be adjacent.
/// STATUS_INVALID: size is 0. STATUS_EXHAUSTED: no memory or no addresses; nothing is owned.
enum status mapped_pages_allocate(enum mapping_purpose purpose, uint64_t size,
                                  FILLS(struct mapped_pages_mut) mapping);

/// The same at an address that is a multiple of `alignment`, a power of two from 4 KiB to 2 MiB;
/// else STATUS_INVALID.
enum status mapped_pages_allocate_aligned(enum mapping_purpose purpose, uint64_t size,
                                          uint64_t alignment,
                                          FILLS(struct mapped_pages_mut) mapping);

/// A mapping changes its protection by changing its type. These cannot fail; from nothing comes
/// nothing.
void mapped_pages_freeze(TAKES(struct mapped_pages_mut) from, FILLS(struct mapped_pages) to);
void mapped_pages_seal(TAKES(struct mapped_pages_mut) from, FILLS(struct mapped_pages_exec) to);
void mapped_pages_thaw(TAKES(struct mapped_pages) from, FILLS(struct mapped_pages_mut) to);

/// Splits the mapping at `offset` bytes: `rest` gets what lies behind.
/// STATUS_INVALID: the offset is not a multiple of a page, or not within the mapping.
/// STATUS_EXHAUSTED: it lies within a large page, and there is no frame for the table of small
/// ones.
enum status mapped_pages_split(struct mapped_pages *mapping, uint64_t offset,
                               FILLS(struct mapped_pages) rest);
enum status mapped_pages_mut_split(struct mapped_pages_mut *mapping, uint64_t offset,
                                   FILLS(struct mapped_pages_mut) rest);
enum status mapped_pages_exec_split(struct mapped_pages_exec *mapping, uint64_t offset,
                                    FILLS(struct mapped_pages_exec) rest);

/// Joins two halves of what was split: `rest` must begin where `mapping` ends, else
/// STATUS_INVALID and nothing is taken.
enum status mapped_pages_join(struct mapped_pages *mapping, TAKES(struct mapped_pages) rest);
enum status mapped_pages_mut_join(struct mapped_pages_mut *mapping,
                                  TAKES(struct mapped_pages_mut) rest);
enum status mapped_pages_exec_join(struct mapped_pages_exec *mapping,
                                   TAKES(struct mapped_pages_exec) rest);

/// Views of all bytes, which borrow.
struct const_bytes mapped_bytes(const struct mapped_pages *mapping);
struct const_bytes mapped_bytes_of_mut(const struct mapped_pages_mut *mapping);
struct const_bytes mapped_bytes_of_exec(const struct mapped_pages_exec *mapping);
struct bytes mapped_bytes_mut(const struct mapped_pages_mut *mapping);

/// The function at `offset`. Panics unless it lies within the mapping.
void (*mapped_entry(const struct mapped_pages_exec *mapping, uint64_t offset))(void);

/// The `size` bytes at `offset`. Panics unless they lie within the mapping and the offset is a
/// multiple of `alignment`, a power of two up to a page. A constant offset that is wrong for its
/// type does not compile.
const void *mapped_object(const struct mapped_pages *mapping, uint64_t offset, uint64_t size,
                          uint64_t alignment);
void *mapped_object_mut(const struct mapped_pages_mut *mapping, uint64_t offset, uint64_t size,
                        uint64_t alignment);

/// Borrows the object of `type` at `offset`: `MAPPED(struct header, &mapping, 0)->magic`.
#define MAPPED(type, mapping, offset)                                                              \
    ((const type *)mapped_object((mapping), MAPPED_OFFSET(offset, type), sizeof(type),             \
                                 alignof(type)))
#define MAPPED_MUT(type, mapping, offset)                                                          \
    ((type *)mapped_object_mut((mapping), MAPPED_OFFSET(offset, type), sizeof(type), alignof(type)))

/// Borrows `count` elements from `offset` on, as the slice `struct name` (<cell/slice.h>).
#define MAPPED_ARRAY(name, mapping, offset, count)                                                 \
    MAPPED_SLICE(name, mapped_object, (mapping), (offset), (count))
#define MAPPED_ARRAY_MUT(name, mapping, offset, count)                                             \
    MAPPED_SLICE(name, mapped_object_mut, (mapping), (offset), (count))
#define MAPPED_SLICE(name, object, mapping, offset, count)                                         \
    ({                                                                                             \
        const uint64_t mapped_count = (count);                                                     \
        (struct name){object(mapping, MAPPED_OFFSET(offset, MAPPED_ELEMENT(name)),                 \
                             mapped_extent(mapped_count, sizeof(MAPPED_ELEMENT(name))),            \
                             alignof(MAPPED_ELEMENT(name))),                                       \
                      mapped_count};                                                               \
    })
#define MAPPED_OFFSET(offset, type)                                                                \
    ({                                                                                             \
        static_assert(__builtin_choose_expr(__builtin_constant_p(offset),                          \
                                            (offset) % alignof(type) == 0, true),                  \
                      "this offset is not aligned for the type");                                  \
        (offset);                                                                                  \
    })
#define MAPPED_ELEMENT(name) typeof(*((struct name *)nullptr)->pointer)

/// Bytes of `count` elements; more than any mapping has where that overflows.
static inline uint64_t mapped_extent(uint64_t count, uint64_t size)
{
    uint64_t extent;
    return __builtin_mul_overflow(count, size, &extent) ? UINT64_MAX : extent;
}

// Fill `mapping` with one that its address alone recorded, such as the heap's, or with memory that
// the loader mapped.
void mapped_pages_adopt(enum mapping_purpose purpose, uint64_t address, uint64_t size,
                        FILLS(struct mapped_pages) mapping);
void mapped_pages_mut_adopt(enum mapping_purpose purpose, uint64_t address, uint64_t size,
                            FILLS(struct mapped_pages_mut) mapping);
void mapped_pages_exec_adopt(enum mapping_purpose purpose, uint64_t address, uint64_t size,
                             FILLS(struct mapped_pages_exec) mapping);

// Forget the mapping: the caller's record of it, address and size, is the only one from here on.
void mapped_pages_leave(TAKES(struct mapped_pages) mapping);
void mapped_pages_exec_leave(TAKES(struct mapped_pages_exec) mapping);
/// Gives the first byte.
void *mapped_pages_mut_leave(TAKES(struct mapped_pages_mut) mapping);

/// Counts memory that the loader mapped for `purpose`, in bytes, until a mapping of it is dropped.
void mapped_pages_count(enum mapping_purpose purpose, uint64_t size);

/// Bytes mapped for `purpose`, counted in the page tables.
uint64_t mapped_pages_bytes(enum mapping_purpose purpose);
