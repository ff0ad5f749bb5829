// SPDX-License-Identifier: MIT
// A cursor is the archive's own while that has members, then EXTRA_CURSOR plus an index. Names are
// found by a hash table of cursors. It has room for 768 files; where there are more, those that it
// does not know are looked for one by one.
//
// Live swap:  the list of files, and what was checked, is all the state there is; the table can
//             be made anew.
// Fault:      after the start, one store at a time (atomic).
#include <cell/annotations.h>
#include <stdint.h>

#include <cell/archive.h>
#include <cell/cell_store.h>

enum { EXTRA_LIMIT = 64 };
enum : size_t { SLOTS = 1024, SLOTS_USED = 768 };
enum : uint32_t { HASH_BASIS = 0x811C9DC5, HASH_PRIME = 0x01000193 }; // FNV-1a

static const size_t extra_cursor = SIZE_MAX / 2;

STATE struct cell_store_state {
    struct archive archive;
    struct stored_file extra[EXTRA_LIMIT];
    size_t extra_count;
    size_t slots[SLOTS]; // a cursor that steps to the file, plus 1; 0: free
    size_t slots_used;
    bool some_unknown;      // to the table
    uint8_t checked[SLOTS]; // of enum stored_check
} state;

static uint32_t hash_more(uint32_t hash, struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (uint8_t)text.start[i]) * HASH_PRIME;
    return hash;
}

// Of two files of one name the first one noted is found.
static void note_name(struct text name, size_t cursor)
{
    if (state.slots_used == SLOTS_USED) {
        state.some_unknown = true;
        return;
    }
    size_t slot = hash_more(HASH_BASIS, name) % SLOTS;
    while (state.slots[slot] != 0)
        slot = (slot + 1) % SLOTS;
    state.slots[slot] = cursor + 1;
    state.slots_used++;
}

enum status cell_store_start(const void *archive, size_t size)
{
    struct archive_member member;
    TRY(archive_open(archive, size, &state.archive));
    size_t next = 0;
    for (size_t cursor = 0; archive_next(&state.archive, &next, &member); cursor = next)
        note_name(member.name, cursor);
    return STATUS_OK;
}

enum status cell_store_add_extra(const char *name, const void *data, size_t size)
{
    if (state.extra_count == EXTRA_LIMIT)
        return STATUS_EXHAUSTED;
    state.extra[state.extra_count] =
        (struct stored_file){.name = text_of(name), .data = data, .size = size, .extra = true};
    note_name(text_of(name), extra_cursor + state.extra_count++);
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

void cell_store_mark_checked(const struct stored_file *file, enum stored_check check)
{
    if (file->slot < SLOTS)
        state.checked[file->slot] = (uint8_t)(state.checked[file->slot] | check);
}

// Whether `file` is called `name` followed by `suffix`.
static bool is_called(const struct stored_file *file, struct text name, struct text suffix)
{
    return file->name.length == name.length + suffix.length && text_starts_with(file->name, name) &&
           text_ends_with(file->name, suffix);
}

static enum status find(struct text name, struct text suffix, struct stored_file *file)
{
    size_t slot = hash_more(hash_more(HASH_BASIS, name), suffix) % SLOTS;
    for (; state.slots[slot] != 0; slot = (slot + 1) % SLOTS) {
        size_t cursor = state.slots[slot] - 1;
        if (!cell_store_next(&cursor, file) || !is_called(file, name, suffix))
            continue;
        file->slot = slot;
        file->checked = state.checked[slot];
        return STATUS_OK;
    }
    for (size_t cursor = 0; state.some_unknown && cell_store_next(&cursor, file);)
        if (is_called(file, name, suffix)) {
            file->slot = SLOTS;
            file->checked = 0;
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
