// SPDX-License-Identifier: MIT
// All facts of one cell; as text a table each of regions, sections, symbols and imports.
//
// Live swap:  nothing is remembered.
// Fault:      what was printed stays.
#include "cells.h"

#include <memory/box.h>

static const char *const kind_names[CELL_REGIONS] = {
    [CELL_TEXT] = "text",     [CELL_RODATA] = "rodata",   [CELL_DATA] = "data",
    [CELL_ZEROED] = "zeroed", [CELL_PER_CPU] = "per_cpu",
};

static void print_regions_json(const struct cell *cell)
{
    print(",\"regions\":[");
    for (unsigned i = 0; i < CELL_REGIONS; i++)
        print("%s{\"kind\":\"%s\",\"address\":\"0x%lx\",\"size\":%lu}", i > 0 ? "," : "",
              kind_names[i], cell->regions[i].address, cell->regions[i].size);
    print("]");
}

static void print_sections_json(const struct cell *cell)
{
    print(",\"section_list\":[");
    for (size_t i = 0; i < cell->sections.length; i++) {
        const struct cell_section *section = &SLICE_AT(cell->sections, i);
        print("%s{\"name\":", i > 0 ? "," : "");
        print_json(text_of(section->name));
        print(",\"kind\":\"%s\",\"index\":%u,\"address\":\"0x%lx\",\"size\":%lu,"
              "\"checksum\":\"0x%08x\"}",
              kind_names[section->kind], section->index, section->address, section->size,
              section->checksum);
    }
    print("]");
}

static void print_symbols_json(const struct cell *cell)
{
    print(",\"symbols\":[");
    for (size_t i = 0; i < cell->symbols.length; i++) {
        const struct cell_symbol *symbol = &SLICE_AT(cell->symbols, i);
        print("%s{\"name\":", i > 0 ? "," : "");
        print_json(text_of(symbol->name));
        print(",\"address\":\"0x%lx\",\"size\":%lu,\"function\":%s,\"exported\":%s}",
              symbol->address, symbol->size, symbol->function ? "true" : "false",
              symbol->exported ? "true" : "false");
    }
    print("]");
}

static const struct cell *provider_of(const struct cell *cell, const struct cell_import *import)
{
    return cell_of(&SLICE_AT(cell->needs, import->need));
}

static const struct cell_symbol *provided(const struct cell *cell, const struct cell_import *import)
{
    return &SLICE_AT(provider_of(cell, import)->symbols, import->export);
}

static void print_imports_json(const struct cell *cell)
{
    print(",\"imports\":[");
    for (size_t i = 0; i < cell->imports.length; i++) {
        const struct cell_import *import = &SLICE_AT(cell->imports, i);
        print("%s{\"name\":", i > 0 ? "," : "");
        print_json(text_of(provided(cell, import)->name));
        print(",\"cell\":");
        print_json(provider_of(cell, import)->description.name);
        print("}");
    }
    print("]");
}

static void print_object(const struct cell_reference *reference, const struct cell_list *list)
{
    const struct cell *cell = cell_of(reference);
    print_facts(reference, list);
    print(",\"purpose\":");
    print_json(cell->description.purpose);
    print(",\"file\":");
    print_json(cell->file);
    print(",\"file_size\":%zu,\"owners\":%u,\"depth\":%u", cell->object.length,
          cell_reference_count(reference), cell->depth);
    print_regions_json(cell);
    print_sections_json(cell);
    print_symbols_json(cell);
    print_imports_json(cell);
    print("}\n");
}

static void print_names(const char *title, const struct cell *cell, const struct cell_list *list,
                        bool dependents)
{
    print("%s", title);
    for (size_t i = 0; i < list->count; i++) {
        const struct cell *other = cell_of(&list->cells[i]);
        const struct cell *dependent = dependents ? other : cell;
        if (cell_depends_on(dependent, dependents ? cell : other))
            print(" %.*s", (int)other->description.name.length, other->description.name.start);
    }
    print("\n");
}

static void print_tables(const struct cell *cell)
{
    print("sections\n");
    for (size_t i = 0; i < cell->sections.length; i++) {
        const struct cell_section *section = &SLICE_AT(cell->sections, i);
        print("  0x%lx %7lu %-7s %s\n", section->address, section->size, kind_names[section->kind],
              section->name);
    }
    print("exports\n");
    for (size_t i = 0; i < cell->symbols.length; i++) {
        const struct cell_symbol *symbol = &SLICE_AT(cell->symbols, i);
        if (symbol->exported)
            print("  0x%lx %7lu %s\n", symbol->address, symbol->size, symbol->name);
    }
    print("imports\n");
    for (size_t i = 0; i < cell->imports.length; i++) {
        const struct cell_import *import = &SLICE_AT(cell->imports, i);
        const struct text provider = provider_of(cell, import)->description.name;
        print("  %.*s: %s\n", (int)provider.length, provider.start, provided(cell, import)->name);
    }
}

static void print_text(const struct cell_reference *reference, const struct cell_list *list)
{
    const struct cell *cell = cell_of(reference);
    const struct cell_description *description = &cell->description;
    print("%.*s@%.*s, %.*s: %.*s\n", (int)description->name.length, description->name.start,
          (int)description->version.length, description->version.start,
          (int)description->kind.length, description->kind.start, (int)description->purpose.length,
          description->purpose.start);
    print("from %.*s (%zu bytes)%s, %u owners%s\n", (int)cell->file.length, cell->file.start,
          cell->object.length, cell->resident ? ", resident" : "", cell_reference_count(reference),
          cell_is_pinned(reference) ? ", pinned" : "");
    print_names("needs:", cell, list, false);
    print_names("needed by:", cell, list, true);
    for (unsigned i = 0; i < CELL_REGIONS; i++)
        if (cell->regions[i].size != 0)
            print("%-7s 0x%lx, %lu bytes\n", kind_names[i], cell->regions[i].address,
                  cell->regions[i].size);
    print_tables(cell);
}

int show_cell(const char *name, bool json)
{
    OWNED(cell_reference, cell);
    OWNED(box, box);
    if (namespace_find_typed(text_of(name), &cell) != STATUS_OK) {
        print("cells: no cell %s is loaded\n", name);
        return APP_NOT_FOUND;
    }
    if (cell_list_take(&box) != STATUS_OK) {
        print("cells: there is no memory for the list\n");
        return APP_FAILED;
    }
    if (json)
        print_object(&cell, BOX_CONTENT(cell_list, &box));
    else
        print_text(&cell, BOX_CONTENT(cell_list, &box));
    return APP_DONE;
}
