// SPDX-License-Identifier: MIT
// Everything shown is in the records of cell_metadata.
//
// Live swap:  nothing is remembered.
// Fault:      what was printed stays; the list of cells is dropped.
#include "cells.h"

#include <cell/cell_loader.h>
#include <memory/box.h>

const char app_usage[] =
    "usage: cells [-j]                    lists the loaded cells; sizes in bytes\n"
    "       cells show NAME [-j]          all that is known of a loaded cell\n"
    "       cells verify [NAME...] [-j]   compares cells in memory with their pristine objects\n"
    "       cells load [--unsigned] NAME  loads NAME.cell from the archive, else from the extra\n"
    "                                     files, else the extra file NAME; it stays\n"
    "       cells unload NAME             lets a cell go that was loaded so\n"
    "  NAME        within the namespace that the command runs in; NAMESPACE/NAME within another\n"
    "  -j          one JSON object a line\n"
    "  --unsigned  even if it is not signed by this system's key; this is logged\n";

uint64_t cell_data_size(const struct cell *cell)
{
    return cell->regions[CELL_DATA].size + cell->regions[CELL_ZEROED].size;
}

struct text name_of_space(const struct cell *of, FILLS(struct namespace_reference) space)
{
    const bool found = namespace_find_number(of->space, space) == STATUS_OK;
    return found ? namespace_of(space)->name : text_of("");
}

void print_namespace(const struct cell *of)
{
    OWNED(namespace_reference, space);
    print_json(name_of_space(of, &space));
}

void print_dependencies(const struct cell *of)
{
    print("[");
    for (size_t i = 0; i < of->needs.length; i++) {
        print("%s", i > 0 ? "," : "");
        print_json(cell_of(&SLICE_AT(of->needs, i))->description.name);
    }
    print("]");
}

void print_dependents(const struct cell *of, const struct cell_list *list)
{
    const char *separator = "";
    print("[");
    for (size_t i = 0; i < list->count; i++) {
        const struct cell *cell = cell_of(&list->cells[i]);
        if (!cell_depends_on(cell, of))
            continue;
        print("%s", separator);
        print_json(cell->description.name);
        separator = ",";
    }
    print("]");
}

void print_facts(const struct cell_reference *reference, const struct cell_list *list)
{
    const struct cell *cell = cell_of(reference);
    print("{\"name\":");
    print_json(cell->description.name);
    print(",\"version\":");
    print_json(cell->description.version);
    print(",\"kind\":");
    print_json(cell->description.kind);
    print(",\"namespace\":");
    print_namespace(cell);
    print(",\"text\":%lu,\"rodata\":%lu,\"data\":%lu,\"sections\":%zu",
          cell->regions[CELL_TEXT].size, cell->regions[CELL_RODATA].size, cell_data_size(cell),
          cell->sections.length);
    print(",\"dependencies\":");
    print_dependencies(cell);
    print(",\"dependents\":");
    print_dependents(cell, list);
    print(
        ",\"state\":\"loaded\",\"in_nano_core\":false,\"resident\":%s,\"signed\":%s,\"pinned\":%s",
        cell->resident ? "true" : "false", cell->vouched ? "true" : "false",
        cell_is_pinned(reference) ? "true" : "false");
}

static void print_row(const struct cell *cell)
{
    OWNED(namespace_reference, space);
    const struct cell_description *description = &cell->description;
    const struct text home = name_of_space(cell, &space);
    print("%-20.*s %-8.*s %-11.*s %-11.*s %7lu %7lu %7lu%s\n", (int)description->name.length,
          description->name.start, (int)description->version.length, description->version.start,
          (int)description->kind.length, description->kind.start, (int)home.length, home.start,
          cell->regions[CELL_TEXT].size, cell->regions[CELL_RODATA].size, cell_data_size(cell),
          cell->resident ? "  resident" : "");
}

static int list_cells(bool json)
{
    OWNED(box, box);
    if (cell_list_take(&box) != STATUS_OK) {
        print("cells: there is no memory for the list\n");
        return APP_FAILED;
    }
    const struct cell_list *list = BOX_CONTENT(cell_list, &box);
    if (!json)
        print("%-20s %-8s %-11s %-11s %7s %7s %7s\n", "name", "version", "kind", "namespace",
              "text", "rodata", "data");
    for (size_t i = 0; i < list->count; i++) {
        if (json) {
            print_facts(&list->cells[i], list);
            print("}\n");
        } else {
            print_row(cell_of(&list->cells[i]));
        }
    }
    return APP_DONE;
}

static int keep(const struct cell_reference *cell)
{
    const struct cell_description *description = &cell_of(cell)->description;
    if (cell_pin(cell) != STATUS_OK) {
        print("%.*s has too many owners\n", (int)description->name.length, description->name.start);
        return APP_FAILED;
    }
    return APP_DONE;
}

static int load(const char *name, bool waived)
{
    struct cell_problem problem;
    OWNED(namespace_reference, here);
    OWNED(cell_reference, cell);
    if (namespace_find_typed(text_of(name), &cell) == STATUS_OK) {
        print("%s is loaded already\n", name);
        return keep(&cell);
    }
    enum status status = namespace_current(&here);
    if (status == STATUS_OK)
        status = waived ? cell_load_unsigned(&here, text_of(name), &cell, &problem)
                        : cell_load(&here, text_of(name), &cell, &problem);
    if (status != STATUS_OK) {
        print("%s\n", problem.sentence);
        return status == STATUS_NOT_FOUND || status == STATUS_DENIED ? APP_NOT_FOUND : APP_FAILED;
    }
    const struct cell_description *description = &cell_of(&cell)->description;
    print("loaded %.*s@%.*s\n", (int)description->name.length, description->name.start,
          (int)description->version.length, description->version.start);
    return keep(&cell);
}

static bool is(const char *word, const char *other)
{
    return text_equal(text_of(word), text_of(other));
}

// The commands that take the name of one cell.
static int run_with_name(int argc, char *argv[], bool json, bool waived)
{
    if (argc == 2) {
        print("cells %s: name the cell\n", argv[1]);
        return APP_USAGE;
    }
    if (argc > 3)
        return app_bad_argument(argv, argv[3]);
    if (is(argv[1], "show"))
        return show_cell(argv[2], json);
    return is(argv[1], "load") ? load(argv[2], waived) : unload_cell(argv[2]);
}

int main(int argc, char *argv[])
{
    const bool json = app_take_flag(&argc, argv, "-j");
    const bool waived = app_take_flag(&argc, argv, "--unsigned");
    if (argc == 1)
        return waived ? app_bad_argument(argv, "--unsigned") : list_cells(json);
    if (waived && !is(argv[1], "load"))
        return app_bad_argument(argv, "--unsigned");
    if (is(argv[1], "verify"))
        return verify_cells(argc - 2, argv + 2, json);
    if (is(argv[1], "show") || is(argv[1], "load") || is(argv[1], "unload"))
        return run_with_name(argc, argv, json, waived);
    return app_bad_argument(argv, argv[1]);
}
