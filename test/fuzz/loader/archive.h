// SPDX-License-Identifier: MIT
/// archive: a cpio archive in the making (<cell/archive.h> is its reader).
#pragma once
#include <stddef.h>
#include <stdint.h>

/// In memory of the C library that is as long as the archive, so that its sanitizer finds who
/// reads beyond the end.
struct made_archive {
    uint8_t *bytes;
    size_t size;
};

void archive_begin(struct made_archive *archive);
void archive_add(struct made_archive *archive, const char *name, const void *bytes, size_t size);
void archive_end(struct made_archive *archive);
void archive_free(struct made_archive *archive);
