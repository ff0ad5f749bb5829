// SPDX-License-Identifier: MIT
// A cell is let go where nobody needs it who stays: this command itself, and what is loaded for it
// alone, go when it ends.
//
// Live swap:  nothing is remembered.
// Fault:      the list of cells is dropped.
#include "cells.h"

#include <memory/box.h>

// The loaded cells, and of each whether it stays when this command ends.
struct survey {
    BORROWS const struct cell_list *list;
    BORROWS bool *stays;
    uint64_t own; // number of this command's cell
};

static bool stays(const struct survey *survey, size_t index)
{
    const struct cell *cell = cell_of(&survey->list->cells[index]);
    bool needed = false;
    if (cell->number == survey->own || cell_is_pinned(&survey->list->cells[index]))
        return cell->number != survey->own;
    for (size_t i = index + 1; i < survey->list->count; i++) {
        if (!cell_depends_on(cell_of(&survey->list->cells[i]), cell))
            continue;
        needed = true;
        if (survey->stays[i])
            return true;
    }
    return !needed; // nobody needs it, so somebody runs it
}

// Cells are listed after those that they need: so the last one is asked first.
static void look_around(struct survey *survey)
{
    for (size_t i = survey->list->count; i-- > 0;)
        survey->stays[i] = stays(survey, i);
}

// Says who needs the cell; false: nobody who stays does.
static bool say_who_needs(const struct survey *survey, const struct cell *cell)
{
    const char *separator = " is needed by ";
    bool needed = false;
    for (size_t i = 0; i < survey->list->count; i++) {
        const struct cell *other = cell_of(&survey->list->cells[i]);
        if (!survey->stays[i] || !cell_depends_on(other, cell))
            continue;
        if (!needed)
            print("%.*s", (int)cell->description.name.length, cell->description.name.start);
        print("%s%.*s", separator, (int)other->description.name.length,
              other->description.name.start);
        separator = ", ";
        needed = true;
    }
    if (needed)
        print(": it stays loaded\n");
    return needed;
}

static bool is_needed(const struct cell *cell)
{
    OWNED(box, list);
    OWNED(box, flags);
    OWNED(cell_reference, own);
    struct survey survey = {};
    if (cell_find_address((uint64_t)app_usage, &own) != STATUS_OK ||
        cell_list_take(&list) != STATUS_OK ||
        box_allocate(BOX_CONTENT(cell_list, &list)->capacity, nullptr, &flags) != STATUS_OK) {
        print("there is no memory to find out who needs it\n");
        return true;
    }
    survey.list = BOX_CONTENT(cell_list, &list);
    survey.stays = flags.content;
    survey.own = cell_of(&own)->number;
    look_around(&survey);
    return say_who_needs(&survey, cell);
}

static bool is_of_a_fork(const struct cell *cell)
{
    OWNED(namespace_reference, space);
    return namespace_find_number(cell->space, &space) == STATUS_OK &&
           namespace_of(&space)->form == NAMESPACE_FORKED;
}

int unload_cell(const char *name)
{
    OWNED(cell_reference, cell);
    if (namespace_find_typed(text_of(name), &cell) != STATUS_OK) {
        print("cells: no cell %s is loaded\n", name);
        return APP_NOT_FOUND;
    }
    if (cell_of(&cell)->resident) {
        print("%s is resident: the system began with it, and it is never unloaded\n", name);
        return APP_NOT_FOUND;
    }
    if (is_of_a_fork(cell_of(&cell))) {
        print("%s is what a fork replaced or relinked: it goes by `ns drop`\n", name);
        return APP_NOT_FOUND;
    }
    if (is_needed(cell_of(&cell)))
        return APP_FAILED;
    if (cell_unpin(&cell) != STATUS_OK) {
        print("%s was not loaded by `cells load`: it goes when it ends\n", name);
        return APP_FAILED;
    }
    if (cell_reference_count(&cell) > 1)
        print("%s is in use: it goes when that ends\n", name);
    else
        print("unloaded %s\n", name);
    return APP_DONE;
}
