// SPDX-License-Identifier: MIT
/// cell_store: the files that cells come from. All lie in memory since the boot and stay there.
///
/// What was found good about a file is remembered here, so that it is checked once: its bytes do
/// not change, and what is checked must depend on nothing else that does.
///
/// Callers:    anyone; after the start nothing changes but the memory of what was checked.
/// Live swap:  the list of files, and what was checked, is all the state there is.
/// Fault:      a file is remembered by one store (atomic); one that is forgotten is checked again.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/status.h>
#include <cell/text.h>

/// What can be remembered of a file.
enum stored_check : uint8_t {
    CHECKED_SIGNATURE = 1,
    CHECKED_CODE =
        2, ///< its text, wherever it is linked, as a holder of what its manifest asks for
};

struct stored_file {
    struct text name; ///< in the archive or in \theoris\extra\, without a path
    const unsigned char *data;
    size_t size;
    bool extra;      ///< from \theoris\extra\, not from the archive
    uint8_t checked; ///< what was found good, of enum stored_check; set by the functions that find
    size_t slot;     ///< where this is remembered; set by the functions that find
};

/// Opens the archive, whose memory is lent for good. STATUS_DAMAGED: it is no archive.
enum status cell_store_start(const void *archive, size_t size);

/// Adds a file of \theoris\extra\; name and data are lent for good.
/// STATUS_EXHAUSTED: there are 64 already.
enum status cell_store_add_extra(const char *name, const void *data, size_t size);

/// The next file of the archive, then of the extra files; `*cursor` is 0 at first. False: no more.
bool cell_store_next(size_t *cursor, struct stored_file *file);

/// The file that the cell `name` is loaded from: `name`.cell in the archive, then in the extra
/// files, then the extra file whose full name is `name`. STATUS_NOT_FOUND.
enum status cell_store_find(struct text name, struct stored_file *file);

/// The file of exactly that name, in the archive first. STATUS_NOT_FOUND.
enum status cell_store_find_file(struct text name, struct stored_file *file);

/// Remembers that this was found good of a file that was found. Of files beyond the first 768
/// nothing is remembered.
void cell_store_mark_checked(const struct stored_file *file, enum stored_check check);
