// SPDX-License-Identifier: MIT
// A cursor is the archive's own while that has members, then EXTRA_CURSOR plus an index.
//
// Live swap:  the list of files is all the state there is.
// Fault:      nothing is written after the start.
#include <cell/annotations.h>
#include <stdint.h>

#include <cell/archive.h>
#include <cell/cell_store.h>

enum { EXTRA_LIMIT = 64 };

static const size_t extra_cursor = SIZE_MAX / 2;

STATE struct cell_store_state {
    struct archive archive;
    struct stored_file extra[EXTRA_LIMIT];
    size_t extra_count;
} state;

enum status cell_store_start(const void *archive, size_t size)
{
    return archive_open(archive, size, &state.archive);
}

enum status cell_store_add_extra(const char *name, const void *data, size_t size)
{
    if (state.extra_count == EXTRA_LIMIT)
        return STATUS_EXHAUSTED;
    state.extra[state.extra_count++] = (struct stored_file){text_of(name), data, size, true};
    return STATUS_OK;
}

bool cell_store_next(size_t *cursor, struct stored_file *file)
{
    struct archive_member member;
    if (*cursor < extra_cursor) {
        if (archive_next(&state.archive, cursor, &member)) {
            *file = (struct stored_file){member.name, member.data, member.size, false};
            return true;
        }
        *cursor = extra_cursor;
    }
    const size_t index = *cursor - extra_cursor;
    if (index >= state.extra_count)
        return false;
    *file = state.extra[index];
    ++*cursor;
    return true;
}

// Whether `file` is called `name` followed by `suffix`.
static bool is_called(const struct stored_file *file, struct text name, struct text suffix)
{
    return file->name.length == name.length + suffix.length && text_starts_with(file->name, name) &&
           text_ends_with(file->name, suffix);
}

static enum status find(struct text name, struct text suffix, struct stored_file *file)
{
    size_t cursor = 0;
    while (cell_store_next(&cursor, file))
        if (is_called(file, name, suffix))
            return STATUS_OK;
    return STATUS_NOT_FOUND;
}

enum status cell_store_find_file(struct text name, struct stored_file *file)
{
    return find(name, text_of(""), file);
}

enum status cell_store_find(struct text name, struct stored_file *file)
{
    if (find(name, text_of(".cell"), file) == STATUS_OK)
        return STATUS_OK;
    TRY(cell_store_find_file(name, file));
    return file->extra ? STATUS_OK : STATUS_NOT_FOUND;
}
