// SPDX-License-Identifier: MIT
// A replacement is made in a new fork of the fork, which nobody can see until it is whole: then the
// name means it. Whatever fails or faults before, the new fork is dropped with all that was loaded
// into it.
//
// Cells are gone through in the order of loading, in which each stands behind what it needs. So
// when its turn comes, all that it needs is what it will be, and the fork is settled up to there.
//
// Live swap:  nothing is remembered.
// Fault:      see above.
#include "load.h"

static enum status refuse_core(const struct cell *replaced, struct cell_problem *problem)
{
    const struct text name = replaced->description.name;
    for (uint64_t cursor = 0;;) {
        OWNED(cell_reference, cell);
        if (!cell_next(&cursor, &cell))
            break;
        const struct text other = cell_of(&cell)->description.name;
        if (cell_of(&cell)->resident && cell_depends_on(cell_of(&cell), replaced))
            return load_refuse(
                problem, STATUS_DENIED,
                "%.*s is resident, and so is %.*s, which needs it: there "
                "can be no second one; live evolution (swap) replaces a cell for all",
                (int)name.length, name.start, (int)other.length, other.start);
    }
    return load_refuse(problem, STATUS_DENIED,
                       "%.*s is resident, and there can be no second one; live "
                       "evolution (swap) replaces a cell for all",
                       (int)name.length, name.start);
}

// The file whose manifest has that name and version.
static enum status find_version(struct text name, struct text version, struct stored_file *file,
                                struct cell_problem *problem)
{
    for (size_t cursor = 0; cell_store_next(&cursor, file);) {
        struct cell_description description;
        if (text_ends_with(file->name, text_of(".cell")) &&
            cell_describe(file, &description, problem) == STATUS_OK &&
            text_equal(description.name, name) && text_equal(description.version, version))
            return cell_store_find_file(file->name, file);
    }
    return STATUS_NOT_FOUND;
}

static enum status find_replacing(struct text by, struct stored_file *file,
                                  struct cell_problem *problem)
{
    struct text version = by;
    struct text name;
    (void)text_next_part(&version, '@', &name);
    if (cell_store_find(by, file) == STATUS_OK)
        return STATUS_OK;
    if (version.length > 1 &&
        find_version(name, (struct text){version.start + 1, version.length - 1}, file, problem) ==
            STATUS_OK)
        return STATUS_OK;
    return load_refuse(problem, STATUS_NOT_FOUND,
                       "there is no cell %.*s in the archive or among the extra files",
                       (int)by.length, by.start);
}

// A name that lasts, for the record of the new cell: that of the old one, or of its file.
static enum status find_replaced(const struct namespace_reference *fork, struct text name,
                                 struct text *lasting, struct cell_problem *problem)
{
    OWNED(cell_reference, cell);
    struct stored_file file;
    struct cell_description description;
    if (namespace_find_cell(fork, name, &cell) == STATUS_OK ||
        namespace_find_to_relink(fork, name, &cell) == STATUS_OK) {
        *lasting = cell_of(&cell)->description.name;
        return cell_of(&cell)->resident ? refuse_core(cell_of(&cell), problem) : STATUS_OK;
    }
    const struct text space = namespace_of(fork)->name;
    if (cell_store_find(name, &file) != STATUS_OK)
        return load_refuse(problem, STATUS_NOT_FOUND,
                           "there is no cell %.*s in %.*s that could be replaced", (int)name.length,
                           name.start, (int)space.length, space.start);
    TRY(cell_describe(&file, &description, problem));
    *lasting = description.name;
    return STATUS_OK;
}

// Whether a cell was shared by the fork before the change, and needs what was replaced.
static bool is_to_relink(const struct namespace_reference *fork,
                         const struct namespace_reference *changed,
                         const struct cell_reference *reference)
{
    OWNED(cell_reference, meant);
    OWNED(cell_reference, stale);
    const struct cell *cell = cell_of(reference);
    const struct text name = cell->description.name;
    const bool runs = cell->application && !cell_is_pinned(reference);
    return !runs && namespace_find_cell(fork, name, &meant) == STATUS_OK &&
           cell_of(&meant) == cell && namespace_find_to_relink(changed, name, &stale) == STATUS_OK;
}

static enum status load_one(struct load_path *path, struct text name)
{
    OWNED(cell_reference, cell);
    TRY(load_within(path, name, &cell));
    if (cell_pin(&cell) != STATUS_OK)
        return load_refuse(path->problem, STATUS_OVERFLOW, "%.*s has too many owners",
                           (int)name.length, name.start);
    return STATUS_OK;
}

static enum status relink_all(struct load_path *path, const struct namespace_reference *fork)
{
    for (uint64_t cursor = 0;;) {
        OWNED(cell_reference, cell);
        if (!cell_next(&cursor, &cell))
            return STATUS_OK;
        if (is_to_relink(fork, path->within, &cell))
            TRY(load_one(path, cell_of(&cell)->description.name));
        namespace_settle(path->within, cursor);
    }
}

static enum status make_fork(const struct namespace_reference *fork,
                             FILLS(struct namespace_reference) changed,
                             struct cell_problem *problem)
{
    const struct cell_namespace *facts = namespace_of(fork);
    const struct text name = facts->name;
    if (facts->form != NAMESPACE_FORKED)
        return load_refuse(problem, STATUS_INVALID,
                           "%.*s is no fork: cells are replaced in a fork of it only",
                           (int)name.length, name.start);
    switch (namespace_create(name, NAMESPACE_FORKED, fork, changed)) {
    case STATUS_OK:
        namespace_settle(changed, 0);
        return STATUS_OK;
    case STATUS_OVERFLOW:
        return load_refuse(problem, STATUS_OVERFLOW, "%.*s lies over %d others already",
                           (int)name.length, name.start, NAMESPACE_DEPTH - 1);
    default:
        return load_refuse(problem, STATUS_EXHAUSTED, "there is no memory for a namespace");
    }
}

enum status cells_replace(const struct namespace_reference *fork,
                          const struct cell_replacement replacements[], size_t count,
                          struct cell_problem *problem)
{
    OWNED(namespace_reference, changed);
    struct load_replacement found[CELLS_AT_ONCE] = {};
    struct load_path path = {.replacements = found, .replacement_count = count, .problem = problem};
    if (count > CELLS_AT_ONCE)
        return load_refuse(problem, STATUS_INVALID, "no more than %d cells are replaced at once",
                           CELLS_AT_ONCE);
    TRY(make_fork(fork, &changed, problem));
    path.within = &changed;
    for (size_t i = 0; i < count; i++) {
        TRY(find_replaced(fork, replacements[i].name, &found[i].name, problem));
        TRY(find_replacing(replacements[i].by, &found[i].file, problem));
    }
    for (size_t i = 0; i < count; i++)
        TRY(load_one(&path, found[i].name));
    TRY(relink_all(&path, fork));
    if (namespace_publish(&changed, fork) != STATUS_OK)
        return load_refuse(problem, STATUS_EXISTS, "the fork was changed or dropped meanwhile");
    namespace_absorb(&changed, fork);
    return STATUS_OK;
}
