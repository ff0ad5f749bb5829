// SPDX-License-Identifier: MIT
// Everything shown is in the records of cell_metadata.
#include <app/app.h>
#include <cell/cell_loader.h>
#include <cell/cell_metadata.h>

const char app_usage[] =
    "usage: cells [-j]                    lists the loaded cells; sizes in bytes\n"
    "       cells load [--unsigned] NAME  loads NAME.cell from the archive, else from the extra\n"
    "                                     files, else the extra file NAME\n"
    "  -j          one JSON object a line\n"
    "  --unsigned  even if it is not signed by this system's key; this is logged\n";

static uint64_t data_size(const struct cell *cell)
{
    return cell->regions[CELL_DATA].size + cell->regions[CELL_ZEROED].size;
}

static void print_names(const struct cell *of, bool dependents)
{
    const char *separator = "";
    print("[");
    for (const struct cell *cell = cell_next(nullptr); cell; cell = cell_next(cell)) {
        if (!(dependents ? cell_depends_on(cell, of) : cell_depends_on(of, cell)))
            continue;
        print("%s", separator);
        print_json(cell->description.name);
        separator = ",";
    }
    print("]");
}

static void print_object(const struct cell *cell)
{
    print("{\"name\":");
    print_json(cell->description.name);
    print(",\"version\":");
    print_json(cell->description.version);
    print(",\"kind\":\"%s\",\"namespace\":\"kernel\"", cell->description.kind);
    print(",\"text\":%lu,\"rodata\":%lu,\"data\":%lu,\"sections\":%zu",
          cell->regions[CELL_TEXT].size, cell->regions[CELL_RODATA].size, data_size(cell),
          cell->sections);
    print(",\"dependencies\":");
    print_names(cell, false);
    print(",\"dependents\":");
    print_names(cell, true);
    print(",\"state\":\"loaded\",\"in_nano_core\":%s", cell->in_nano_core ? "true" : "false");
    print(",\"signed\":%s}\n", cell->vouched ? "true" : "false");
}

static void print_row(const struct cell *cell)
{
    const struct cell_description *description = &cell->description;
    print("%-20.*s %-8.*s %-11s %7lu %7lu %7lu%s\n", (int)description->name.length,
          description->name.start, (int)description->version.length, description->version.start,
          description->kind, cell->regions[CELL_TEXT].size, cell->regions[CELL_RODATA].size,
          data_size(cell), cell->in_nano_core ? "  in nano_core" : "");
}

static int list(bool json)
{
    if (!json)
        print("%-20s %-8s %-11s %7s %7s %7s\n", "name", "version", "kind", "text", "rodata",
              "data");
    for (const struct cell *cell = cell_next(nullptr); cell; cell = cell_next(cell)) {
        if (json)
            print_object(cell);
        else
            print_row(cell);
    }
    return APP_DONE;
}

static int load(char *argv[], bool waived)
{
    struct cell_problem problem;
    const struct cell *cell;
    if (cell_find(text_of(argv[2]))) {
        print("%s is loaded already\n", argv[2]);
        return APP_DONE;
    }
    const enum status status = waived ? cell_load_unsigned(text_of(argv[2]), &cell, &problem)
                                      : cell_load(text_of(argv[2]), &cell, &problem);
    if (status != STATUS_OK) {
        print("%s\n", problem.sentence);
        return status == STATUS_NOT_FOUND || status == STATUS_DENIED ? APP_NOT_FOUND : APP_FAILED;
    }
    print("loaded %.*s@%.*s\n", (int)cell->description.name.length, cell->description.name.start,
          (int)cell->description.version.length, cell->description.version.start);
    return APP_DONE;
}

int main(int argc, char *argv[])
{
    const bool json = app_take_flag(&argc, argv, "-j");
    const bool waived = app_take_flag(&argc, argv, "--unsigned");
    if (argc == 1)
        return waived ? app_bad_argument(argv, "--unsigned") : list(json);
    if (!text_equal(text_of(argv[1]), text_of("load")))
        return app_bad_argument(argv, argv[1]);
    if (argc == 2) {
        print("cells load: name the cell to load\n");
        return APP_USAGE;
    }
    return argc == 3 ? load(argv, waived) : app_bad_argument(argv, argv[3]);
}
