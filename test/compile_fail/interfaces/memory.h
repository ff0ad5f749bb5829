// SPDX-License-Identifier: MIT
/// memory: frames, pages and mappings as DESIGN section 5 has them, for programs that are compiled
/// and never linked.
///
///     frames --+
///              +--> map_readable / map_writable / map_executable --> mapped_pages / _mut / _exec
///     pages ---+
///
/// A mapping consumes its pages and its frames: a frame is mapped once at most. Dropping it unmaps
/// and gives both back.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/slice.h>
#include <cell/status.h>

struct AFFINE frames {
    uint64_t first;
    LIVE_WORD uint64_t count;
};

struct AFFINE pages {
    uint64_t first;
    LIVE_WORD uint64_t count;
};

struct AFFINE mapped_pages {
    uint64_t address;
    LIVE_WORD uint64_t size;
};

struct AFFINE mapped_pages_mut {
    uint64_t address;
    LIVE_WORD uint64_t size;
};

struct AFFINE mapped_pages_exec {
    uint64_t address;
    LIVE_WORD uint64_t size;
};

void frames_drop(TAKES(struct frames) deed);
void pages_drop(TAKES(struct pages) deed);
void mapped_pages_drop(TAKES(struct mapped_pages) mapping);
void mapped_pages_mut_drop(TAKES(struct mapped_pages_mut) mapping);
void mapped_pages_exec_drop(TAKES(struct mapped_pages_exec) mapping);

OWNS(frames, count);
OWNS(pages, count);
OWNS(mapped_pages, size);
OWNS(mapped_pages_mut, size);
OWNS(mapped_pages_exec, size);

enum status frames_allocate(uint64_t count, FILLS(struct frames) deed);
enum status pages_allocate(uint64_t count, FILLS(struct pages) deed);

/// Splits off the last `count` frames.
enum status frames_split(struct frames *deed, uint64_t count, FILLS(struct frames) rest);

enum status map_readable(TAKES(struct pages) pages, TAKES(struct frames) frames,
                         FILLS(struct mapped_pages) mapping);
enum status map_writable(TAKES(struct pages) pages, TAKES(struct frames) frames,
                         FILLS(struct mapped_pages_mut) mapping);
enum status map_executable(TAKES(struct pages) pages, TAKES(struct frames) frames,
                           FILLS(struct mapped_pages_exec) mapping);

/// A mapping changes its protection by changing its type.
enum status mapped_pages_freeze(TAKES(struct mapped_pages_mut) from,
                                FILLS(struct mapped_pages) mapping);
enum status mapped_pages_seal(TAKES(struct mapped_pages_mut) from,
                              FILLS(struct mapped_pages_exec) mapping);

/// Checked views, which borrow.
struct const_bytes mapped_bytes(const struct mapped_pages *mapping);
struct const_bytes mapped_bytes_of_mut(const struct mapped_pages_mut *mapping);
struct bytes mapped_bytes_mut(const struct mapped_pages_mut *mapping);
void (*mapped_entry(const struct mapped_pages_exec *mapping, size_t offset))(void);

/// How many bytes are mapped.
uint64_t mapped_size(const struct mapped_pages *mapping);
