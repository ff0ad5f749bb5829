// SPDX-License-Identifier: MIT
/// devices_world: what device_memory and dma_buffer stand on, made simple and atomic (PRIMITIVE):
/// frames are bits, pages are counted, and a mapping is a row of frames. mappings_scenarios.c
/// sweeps the real ones.
#pragma once
#include <stdint.h>

enum : uint64_t {
    DEVICE_FRAME = 0xFED00, ///< the first of 64 of devices; those of memory begin at 0
    DEVICE_FRAMES = 64,
};

struct devices_world {
    uint64_t memory;      ///< frames in use, a bit each
    uint64_t devices;     ///< of devices, that are claimed
    uint64_t quarantined; ///< of memory, that go nowhere any more
    uint64_t pages;       ///< in use
    uint64_t running; ///< frames of memory that a device writes to: these must not be given back
};

extern struct devices_world devices;
