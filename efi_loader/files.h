// SPDX-License-Identifier: MIT
/// files: reading what the loader needs from the volume that it came from.
#pragma once
#include <stdint.h>

struct loaded_file {
    const char *name; ///< as in boot_info: "nano_core.elf", "cells.img", "extra/NAME"
    const uint8_t *bytes;
    uint64_t size;            ///< in bytes
    uint64_t virtual_address; ///< where nano_core will find it
};

struct loaded_files {
    struct loaded_file *list; ///< nano_core, the archive, then the extra files
    uint64_t count;
    const char *options; ///< content of options.txt, not zero-ended
    uint64_t options_size;
};

/// Reads all of them, each into a region of its own, options.txt into the pool. Stops if one that
/// is needed is missing or one cannot be read.
void files_read(struct loaded_files *files);
