// SPDX-License-Identifier: MIT
// A cursor is the archive's own while that has members, then EXTRA_CURSOR plus an index.
//
// Live swap:  the list of files, and which were checked, is all the state there is.
// Fault:      after the start, one store at a time (atomic).
#include <cell/annotations.h>
#include <stdint.h>

#include <cell/archive.h>
#include <cell/cell_store.h>

enum { EXTRA_LIMIT = 64, WORD_BITS = 64, CHECKED_WORDS = 16 };

static const size_t extra_cursor = SIZE_MAX / 2;

STATE struct cell_store_state {
    struct archive archive;
    struct stored_file extra[EXTRA_LIMIT];
    size_t extra_count;
    uint64_t checked[CHECKED_WORDS]; // a bit a file, by its number
} state;

enum status cell_store_start(const void *archive, size_t size)
{
    return archive_open(archive, size, &state.archive);
}

enum status cell_store_add_extra(const char *name, const void *data, size_t size)
{
    if (state.extra_count == EXTRA_LIMIT)
        return STATUS_EXHAUSTED;
    state.extra[state.extra_count++] =
        (struct stored_file){.name = text_of(name), .data = data, .size = size, .extra = true};
    return STATUS_OK;
}

bool cell_store_next(size_t *cursor, struct stored_file *file)
{
    struct archive_member member;
    if (*cursor < extra_cursor) {
        if (archive_next(&state.archive, cursor, &member)) {
            *file =
                (struct stored_file){.name = member.name, .data = member.data, .size = member.size};
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

static bool is_checked(size_t number)
{
    const size_t word = number / WORD_BITS;
    return word < CHECKED_WORDS && state.checked[word] >> number % WORD_BITS & 1;
}

void cell_store_mark_checked(const struct stored_file *file)
{
    const size_t word = file->number / WORD_BITS;
    if (word < CHECKED_WORDS)
        state.checked[word] |= UINT64_C(1) << file->number % WORD_BITS;
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
    for (size_t number = 0; cell_store_next(&cursor, file); number++) {
        if (!is_called(file, name, suffix))
            continue;
        file->number = number;
        file->checked = is_checked(number);
        return STATUS_OK;
    }
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
