// SPDX-License-Identifier: MIT
/// per_cpu: the area of memory that each CPU has of its own, at %gs.
///
/// An area begins with the CPU's context_header (cell/context.h). The PER_CPU objects of all cells
/// follow, each at the same offset in every area, zero at first:
///
///     area of CPU 0   | header | objects of cell a | objects of cell b | free ...
///     area of CPU 1   | header | objects of cell a | objects of cell b | free ...
///
/// The cell loader takes a place for a cell that has such objects:
///
///     free --per_cpu_allocate--> held --per_cpu_space_drop--> free
///
/// Callers:    boot CPU only, not from exceptions.
/// Live swap:  places and areas stay; the map of places and the list of areas are all the state.
/// Fault:      journaled: the map agrees with who holds a place. What the code that died held, the
///             chain walk drops.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/status.h>

enum : size_t {
    PER_CPU_AREA_SIZE = 16384,
    PER_CPU_LIMIT = 64, ///< areas that there can be
};

struct per_cpu_area {
    alignas(64) struct context_header header;
    unsigned char objects[PER_CPU_AREA_SIZE - sizeof(struct context_header)];
};

static_assert(sizeof(struct per_cpu_area) == PER_CPU_AREA_SIZE);

/// A place in every area.
struct AFFINE per_cpu_space {
    uint64_t offset;         ///< from %gs
    LIVE_WORD uint64_t size; ///< in bytes; 0: nothing is owned
};

/// The boot CPU's area, zero until somebody fills its header.
struct per_cpu_area *per_cpu_boot_area(void);

/// Begins with the boot CPU's area, lent for good, of which the first `used` bytes are taken.
void per_cpu_start(struct per_cpu_area *area, size_t used);

/// Adds the area of another CPU, zero but for its header, lent for good.
/// STATUS_EXHAUSTED: there are PER_CPU_LIMIT.
enum status per_cpu_add(struct per_cpu_area *area);

/// Fills `space` with `size` bytes, zeroed in every area.
/// STATUS_INVALID: size is 0, or the alignment is over 64. STATUS_EXHAUSTED: there is no room.
enum status per_cpu_allocate(size_t size, size_t alignment, FILLS(struct per_cpu_space) space);

/// Gives the place back; no code may refer to it any more.
void per_cpu_space_drop(TAKES(struct per_cpu_space) space);

OWNS(per_cpu_space, size);

/// Fills `space` with a place among those that were taken at the start.
void per_cpu_space_adopt(size_t offset, size_t size, FILLS(struct per_cpu_space) space);

/// Forgets the place, which a cell's record names from here on.
void per_cpu_space_leave(TAKES(struct per_cpu_space) space);
