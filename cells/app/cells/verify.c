// SPDX-License-Identifier: MIT
// A line for each cell as it is done, so that a long run shows how far it is.
//
// Live swap:  nothing is remembered.
// Fault:      what was printed stays.
#include "cells.h"

#include <cell/cell_verify.h>
#include <memory/box.h>

static const char *section_name(const struct cell_verification *result)
{
    return result->section ? result->section->name : "";
}

static void print_json_result(const struct cell *cell, const struct cell_verification *result)
{
    print("{\"cell\":");
    print_json(cell->description.name);
    print(",\"namespace\":");
    print_namespace(cell);
    print(",\"result\":\"%s\"", cell_verified(result) ? "equal" : "different");
    print(",\"sections\":%lu,\"bytes\":%lu,\"relocations\":%lu,\"data_not_compared\":%lu",
          result->sections, result->bytes, result->relocations, result->data);
    print(",\"differences\":%lu,\"bad_objects\":%lu", result->differences, result->bad_objects);
    if (!cell_verified(result)) {
        print(",\"section\":");
        print_json(text_of(section_name(result)));
        print(",\"offset\":%lu,\"address\":\"0x%lx\",\"expected\":%u,\"actual\":%u", result->offset,
              result->address, result->expected, result->actual);
    }
    print("}\n");
}

static void print_text_result(const struct cell *cell, const struct cell_verification *result)
{
    const struct text name = cell->description.name;
    if (result->bad_objects > 0)
        print("%.*s: %lu sections of its pristine object have changed, %s first\n",
              (int)name.length, name.start, result->bad_objects, section_name(result));
    if (result->differences > 0)
        print("%.*s: DIFFERENT in %lu bytes, first at %s+0x%lx (0x%lx): 0x%02x should be 0x%02x\n",
              (int)name.length, name.start, result->differences, section_name(result),
              result->offset, result->address, result->actual, result->expected);
    if (cell_verified(result))
        print("%-20.*s equal: %lu sections, %lu bytes, %lu relocations; %lu bytes of data not "
              "compared\n",
              (int)name.length, name.start, result->sections, result->bytes, result->relocations,
              result->data);
}

// Whether the cell is as it should be.
static bool verify_one(const struct cell *cell, bool json)
{
    struct cell_verification result;
    const enum status status = cell_verify(cell, &result);
    if (status != STATUS_OK) {
        print("%.*s cannot be verified: %s\n", (int)cell->description.name.length,
              cell->description.name.start, status_sentence(status));
        return false;
    }
    if (json)
        print_json_result(cell, &result);
    else
        print_text_result(cell, &result);
    return cell_verified(&result);
}

static int verify_all(bool json)
{
    OWNED(box, box);
    size_t different = 0;
    if (cell_list_take(&box) != STATUS_OK) {
        print("cells: there is no memory for the list\n");
        return APP_FAILED;
    }
    const struct cell_list *list = BOX_CONTENT(cell_list, &box);
    for (size_t i = 0; i < list->count; i++)
        different += !verify_one(cell_of(&list->cells[i]), json);
    if (!json)
        print("%zu cells, %zu different\n", list->count, different);
    return different == 0 ? APP_DONE : APP_FAILED;
}

int verify_cells(int count, char *names[], bool json)
{
    int status = APP_DONE;
    if (count == 0)
        return verify_all(json);
    for (int i = 0; i < count; i++) {
        OWNED(cell_reference, cell);
        if (namespace_find_typed(text_of(names[i]), &cell) != STATUS_OK) {
            print("cells: no cell %s is loaded\n", names[i]);
            return APP_NOT_FOUND;
        }
        if (!verify_one(cell_of(&cell), json))
            status = APP_FAILED;
    }
    return status;
}
