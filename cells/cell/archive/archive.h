// SPDX-License-Identifier: MIT
/// archive: reads the archive of cells, a cpio file ("newc", magic 070701) that lies in memory.
///
/// Its first member is `SEAL`, a text with version, size and checksum of the archive. The checksum
/// is the boot loader's to check; here it is the structure: archive_open() walks all of it once,
/// and later walks cannot leave it.
///
/// Ownership: the caller keeps the image alive and unchanged while it uses the `struct archive` or
/// what it got from it; member names and data lie in the image. Data is aligned to 4 bytes where
/// the image is.
/// Callers:   any context; there is no state, no heap and no lock here.
/// Live swap: nothing to carry over.
/// Fault:     nothing to undo.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/status.h>
#include <cell/text.h>

/// The fields are private to this cell.
struct archive {
    const uint8_t *image;
    size_t size;
    size_t first; ///< offset of the member after the seal
};

struct archive_member {
    struct text name; ///< one to 255 printable characters, no '/'
    const uint8_t *data;
    size_t size;
};

/// Checks the `size` bytes at `image`. What follows the trailer must be zeros.
/// STATUS_DAMAGED: it breaks a rule of the format, or has no seal.
/// STATUS_UNSUPPORTED: the seal has another major version, or a member is not a plain file.
enum status archive_open(const void *image, size_t size, struct archive *archive);

/// Fills `member` with the next member and steps the cursor, which starts as 0. The seal is left
/// out. False: there is none left, and `member` is untouched.
bool archive_next(const struct archive *archive, size_t *cursor, struct archive_member *member);

/// STATUS_NOT_FOUND: there is no member of this name. The seal cannot be found.
enum status archive_find(const struct archive *archive, struct text name,
                         struct archive_member *member);
