// SPDX-License-Identifier: MIT
/// cell_verify: is a cell in memory what its pristine object says?
///
/// Text and read-only data are computed anew: the contents of each section, whose checksum must
/// still be the one that was noted at the load, with every relocation applied to where its symbol
/// lies today. The result is compared with memory, byte by byte. Data change at run time, so that
/// nothing can be said of them but the checksum of what they began with.
///
/// Callers:    as cell_metadata.
/// Live swap:  nothing is remembered.
/// Fault:      nothing is changed; the copy is dropped.
#pragma once
#include <stdint.h>

#include <cell/status.h>

struct cell;
struct cell_section;

/// What was found.
struct cell_verification {
    uint64_t sections;    ///< of text and read-only data, compared
    uint64_t bytes;       ///< of these
    uint64_t relocations; ///< computed anew
    uint64_t data;        ///< bytes of data, of which the beginnings' checksum was compared only
    uint64_t differences; ///< bytes that differ
    uint64_t bad_objects; ///< sections whose pristine contents are not those of the load

    const struct cell_section *section; ///< of the first finding; null: there is none, or not known
    uint64_t address;                   ///< of the first byte that differs
    uint64_t offset;                    ///< in the section
    uint8_t expected;
    uint8_t actual;
};

/// Verifies a cell. STATUS_OK also where something differs: the counts say so.
/// STATUS_DAMAGED, STATUS_UNSUPPORTED: its pristine object cannot be read any more.
/// STATUS_EXHAUSTED: no memory for a copy of the largest section.
enum status cell_verify(const struct cell *cell, struct cell_verification *result);

static inline bool cell_verified(const struct cell_verification *result)
{
    return result->differences == 0 && result->bad_objects == 0;
}
