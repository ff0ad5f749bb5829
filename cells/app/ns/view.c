// SPDX-License-Identifier: MIT
// What is to be seen: each namespace, what names mean in one, and in what two differ. All of it is
// asked anew of every loaded cell.
//
// Live swap:  nothing is remembered.
// Fault:      what was printed stays.
#include "ns.h"

#include <cell/checksum.h>

static const char *const forms[] = {
    [NAMESPACE_KERNEL] = "kernel",
    [NAMESPACE_APPLICATIONS] = "applications",
    [NAMESPACE_STACKED] = "stacked",
    [NAMESPACE_FORKED] = "forked",
};

struct text home_of(const struct cell *cell, FILLS(struct namespace_reference) home)
{
    const bool found = namespace_find_number(cell->space, home) == STATUS_OK;
    return found ? namespace_of(home)->name : text_of("");
}

static bool is_own(const struct cell *cell, const struct namespace_reference *within)
{
    OWNED(namespace_reference, home);
    return text_equal(home_of(cell, &home), namespace_of(within)->name);
}

// What the name of a cell means within a namespace.
enum meaning { NOTHING, ITSELF, ANOTHER, TO_BE_RELINKED };

static enum meaning find_meaning(const struct namespace_reference *within,
                                 const struct cell_reference *cell,
                                 FILLS(struct cell_reference) meant)
{
    OWNED(cell_reference, stale);
    const struct text name = cell_of(cell)->description.name;
    if (namespace_find_cell(within, name, meant) == STATUS_OK)
        return cell_of(meant) == cell_of(cell) ? ITSELF : ANOTHER;
    return namespace_find_to_relink(within, name, &stale) == STATUS_OK ? TO_BE_RELINKED : NOTHING;
}

// The next loaded cell that its name means within a namespace.
static bool next_meant(const struct namespace_reference *within, uint64_t *cursor,
                       FILLS(struct cell_reference) cell)
{
    for (;;) {
        OWNED(cell_reference, next);
        OWNED(cell_reference, meant);
        if (!cell_next(cursor, &next))
            return false;
        if (find_meaning(within, &next, &meant) != ITSELF)
            continue;
        MOVE_TO(cell, &next);
        return true;
    }
}

static void print_name(struct text name, int width)
{
    print("%.*s%*s", (int)name.length, name.start,
          (int)name.length < width ? width - (int)name.length : 0, "");
}

static size_t count_own(const struct namespace_reference *within)
{
    size_t count = 0;
    for (uint64_t cursor = 0;;) {
        OWNED(cell_reference, cell);
        if (!next_meant(within, &cursor, &cell))
            return count;
        count += is_own(cell_of(&cell), within);
    }
}

// The next namespace below of another name: a fork that was changed lies over what it was.
static struct text base_name(const struct namespace_reference *of)
{
    const struct text name = namespace_of(of)->name;
    const struct namespace_reference *base = namespace_base(of);
    while (base && text_equal(namespace_of(base)->name, name))
        base = namespace_base(base);
    return base ? namespace_of(base)->name : text_of("");
}

static void print_namespace(const struct namespace_reference *printed, bool json)
{
    const struct cell_namespace *facts = namespace_of(printed);
    const struct text base = base_name(printed);
    const size_t own = count_own(printed);
    const unsigned commands = namespace_visits(printed);
    if (json) {
        print("{\"name\":");
        print_json(facts->name);
        print(",\"form\":\"%s\",\"base\":", forms[facts->form]);
        print_json(base);
        print(",\"cells\":%zu,\"commands\":%u}\n", own, commands);
        return;
    }
    print_name(facts->name, NAMESPACE_NAME + 1);
    print("%-12s %5zu %8u  ", forms[facts->form], own, commands);
    print("%.*s\n", (int)base.length, base.start);
}

int list_namespaces(bool json)
{
    if (!json)
        print("%-32s%-12s %5s %8s  %s\n", "name", "form", "cells", "commands", "base");
    for (uint64_t cursor = 0;;) {
        OWNED(namespace_reference, next);
        if (!namespace_next(&cursor, &next))
            return APP_DONE;
        print_namespace(&next, json);
    }
}

static void print_cell(const struct namespace_reference *within, const struct cell *cell, bool json)
{
    OWNED(namespace_reference, home);
    const struct text space = home_of(cell, &home);
    const struct cell_description *description = &cell->description;
    const bool own = is_own(cell, within);
    if (json) {
        print("{\"name\":");
        print_json(description->name);
        print(",\"version\":");
        print_json(description->version);
        print(",\"kind\":");
        print_json(description->kind);
        print(",\"namespace\":");
        print_json(space);
        print(",\"own\":%s,\"file\":", own ? "true" : "false");
        print_json(cell->file);
        print("}\n");
        return;
    }
    print_name(description->name, 20);
    print(" ");
    print_name(description->version, 8);
    print(" %-7s %.*s\n", own ? "own" : "shared", (int)space.length, space.start);
}

int show_namespace(const char *name, bool json)
{
    OWNED(namespace_reference, within);
    if (find_named(name, &within) != STATUS_OK)
        return APP_NOT_FOUND;
    for (uint64_t cursor = 0;;) {
        OWNED(cell_reference, cell);
        if (!next_meant(&within, &cursor, &cell))
            return APP_DONE;
        print_cell(&within, cell_of(&cell), json);
    }
}

// One side of a difference; `cell` may be empty.
static void print_side(const char *side, const struct cell_reference *reference)
{
    if (!reference->block)
        return;
    OWNED(namespace_reference, home);
    const struct cell *cell = cell_of(reference);
    print(",\"%s_version\":", side);
    print_json(cell->description.version);
    print(",\"%s_namespace\":", side);
    print_json(home_of(cell, &home));
    print(",\"%s_file\":", side);
    print_json(cell->file);
    print(",\"%s_checksum\":\"0x%08x\"", side,
          checksum_crc32(cell->object.pointer, cell->object.length));
}

static void print_instance(const struct cell_reference *reference)
{
    OWNED(namespace_reference, home);
    const struct cell *cell = cell_of(reference);
    const struct text space = home_of(cell, &home);
    const struct text version = cell->description.version;
    print(" %.*s@%.*s 0x%08x", (int)space.length, space.start, (int)version.length, version.start,
          checksum_crc32(cell->object.pointer, cell->object.length));
}

// What differs, and how. `other` may be empty.
struct difference {
    const char *change;   // in JSON
    const char *sentence; // else
    bool reversed;        // the cell is of the right side
};

static void print_difference(const struct difference *difference, const struct cell_reference *cell,
                             const struct cell_reference *other, bool json)
{
    const struct text name = cell_of(cell)->description.name;
    if (json) {
        print("{\"cell\":");
        print_json(name);
        print(",\"change\":\"%s\"", difference->change);
        print_side(difference->reversed ? "right" : "left", cell);
        print_side("right", other);
        print("}\n");
        return;
    }
    print_name(name, 20);
    print(" %s:", difference->sentence);
    print_instance(cell);
    if (other->block)
        print_instance(other);
    print("\n");
}

// Compares what the left one has with the right one.
static void compare(const struct namespace_reference *left, const struct namespace_reference *right,
                    bool reversed, bool json)
{
    static const struct difference differences[2][4] = {
        {[NOTHING] = {"only_left", "only in the first", false},
         [ANOTHER] = {"differs", "differs", false},
         [TO_BE_RELINKED] = {"to_be_relinked", "is relinked when it is asked for", false}},
        {[NOTHING] = {"only_right", "only in the second", true},
         [TO_BE_RELINKED] = {"to_be_relinked", "is relinked when it is asked for", true}},
    };
    for (uint64_t cursor = 0;;) {
        OWNED(cell_reference, cell);
        OWNED(cell_reference, other);
        if (!next_meant(left, &cursor, &cell))
            return;
        const enum meaning meaning = find_meaning(right, &cell, &other);
        const struct difference *difference = &differences[reversed][meaning];
        if (difference->change)
            print_difference(difference, &cell, &other, json);
    }
}

int diff_namespaces(const char *left_name, const char *right_name, bool json)
{
    OWNED(namespace_reference, left);
    OWNED(namespace_reference, right);
    if (find_named(left_name, &left) != STATUS_OK || find_named(right_name, &right) != STATUS_OK)
        return APP_NOT_FOUND;
    compare(&left, &right, false, json);
    compare(&right, &left, true, json);
    return APP_DONE;
}
