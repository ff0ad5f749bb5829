// SPDX-License-Identifier: MIT
#include <cell/cell_abi.h>
#include <cell/cell_verify.h>
#include <cell/dependencies.h>
#include <cell/manifest.h>

#include <stdio.h>

#include "look.h"
#include "world.h"

bool is_in_text(const struct cell *cell, uint64_t address)
{
    return address - cell->regions[CELL_TEXT].address < cell->regions[CELL_TEXT].size;
}

static void look_at_memory(const struct cell *cell)
{
    unsigned sum = 0;
    for (unsigned kind = 0; kind < CELL_PER_CPU; kind++) {
        const struct cell_region *region = &cell->regions[kind];
        if (region->size == 0)
            continue;
        const volatile uint8_t *bytes = cell_memory(cell, region->address, region->size);
        world_expect(bytes, "a region is memory");
        world_expect(!cell_memory(cell, region->address, region->size + 1), "no more than that is");
        sum += bytes[0] + bytes[region->size - 1];
    }
    world_expect(sum < UINT32_MAX, "bytes are small");
}

static void look_at_sections(const struct cell *cell)
{
    for (size_t i = 0; i < cell->sections.length; i++) {
        const struct cell_section *section = &SLICE_AT(cell->sections, i);
        world_expect(section->name && section->size != 0, "a section has a name and a size");
        world_expect(cell_section_of(cell, section->index) == section, "found by its index");
        if (section->kind == CELL_PER_CPU)
            continue;
        world_expect(cell_section_at(cell, section->address) == section, "found by its address");
        world_expect(cell_section_at(cell, section->address + section->size - 1) == section,
                     "found by its last address");
        world_expect(cell_memory(cell, section->address, section->size), "in a region");
    }
}

static void look_at_symbols(const struct cell *cell)
{
    uint64_t last = 0;
    for (size_t i = 0; i < cell->symbols.length; i++) {
        const struct cell_symbol *symbol = &SLICE_AT(cell->symbols, i);
        struct cell_location location;
        world_expect(symbol->name && symbol->address >= last, "symbols are in order");
        last = symbol->address;
        if (symbol->exported)
            world_expect(cell_export(cell, symbol->name), "what is exported is found");
        if (symbol->function && symbol->exported)
            world_expect(is_in_text(cell, symbol->address), "a function is in the text");
        if (cell_locate_within(cell, symbol->address, &location) == STATUS_OK)
            world_expect(!location.symbol ||
                             location.symbol->address + location.offset == symbol->address,
                         "a symbol's address is located");
    }
    for (size_t i = 0; i < cell->imports.length; i++) {
        const struct cell_import *import = &SLICE_AT(cell->imports, i);
        const struct cell *provider = cell_of(&SLICE_AT(cell->needs, import->need));
        world_expect(SLICE_AT(provider->symbols, import->export).exported, "imports are exports");
    }
}

static void look_at_dependency(const struct cell *cell, const struct dependency *dependency)
{
    world_expect(dependency->dependent == cell && dependency->from, "it depends");
    world_expect(dependency->offset < dependency->from->size, "within its section");
    world_expect(dependency->provider == cell || cell_depends_on(cell, dependency->provider),
                 "on itself, or on a need");
    world_expect(!dependency->named || dependency->named->exported, "on an export");
    if (dependency->to)
        world_expect(cell_section_of(dependency->provider, dependency->to->index) == dependency->to,
                     "on a section of its provider");
}

static void look_at_dependencies(const struct cell *cell)
{
    struct dependency_walk walk;
    struct dependency dependency;
    const struct cell_section *to = nullptr;
    const struct cell *provider = nullptr;
    uint64_t count = 0;
    world_expect(dependencies_begin(cell, &walk) == STATUS_OK, "the walk begins");
    for (; dependency_next(&walk, &dependency); count++) {
        look_at_dependency(cell, &dependency);
        to = dependency.to ? dependency.to : to;
        provider = dependency.to ? dependency.provider : provider;
    }
    world_counts.relocations += count;
    if (!to)
        return;
    world_expect(dependencies_begin(cell, &walk) == STATUS_OK, "the walk begins again");
    world_expect(dependency_next_to(&walk, provider, to, &dependency), "who depends is found");
    world_expect(dependencies_begin(cell, &walk) == STATUS_OK, "the walk begins again");
    world_expect(dependency_next_from(&walk, dependency.from, &dependency), "and on what");
}

static void look_at_abi(const struct cell *cell)
{
    struct cell_abi abi;
    struct cell_abi_entry entry;
    const char *reason;
    if (cell->abi.length == 0)
        return;
    world_expect(cell_abi_open(cell->abi, &abi, &reason) == STATUS_OK, "the interface opens");
    for (uint32_t i = 0; cell_abi_entry(&abi, i, &entry) == STATUS_OK; i++)
        for (uint32_t part = 0; part < entry.part_count && part < 4; part++)
            (void)cell_abi_part(&abi, &entry, part);
}

static void verify(const struct cell *cell)
{
    struct cell_verification result;
    world_expect(cell_verify(cell, &result) == STATUS_OK, "it can be verified");
    world_expect(result.bad_objects == 0, "the object is the one that was loaded");
    if (result.differences != 0)
        fprintf(stderr, "%s+0x%lx: %02x, and not %02x\n", result.section->name, result.offset,
                result.actual, result.expected);
    world_expect(result.differences == 0, "memory is what the object says");
}

void look_at_cell(const struct cell_reference *reference)
{
    const struct cell *cell = cell_of(reference);
    struct cell_location location;
    OWNED(cell_reference, found);
    world_expect(cell->state == CELL_LOADED && !cell->resident, "it is loaded");
    world_expect(cell_find(cell->space, cell->description.name, &found) == STATUS_OK &&
                     cell_of(&found) == cell,
                 "it is found by its name");
    cell_reference_drop(&found);
    look_at_memory(cell);
    look_at_sections(cell);
    look_at_symbols(cell);
    look_at_dependencies(cell);
    look_at_abi(cell);
    verify(cell);
    const uint64_t text = cell->regions[CELL_TEXT].address;
    if (cell->regions[CELL_TEXT].size != 0) {
        world_expect(cell_find_address(text, &found) == STATUS_OK && cell_of(&found) == cell,
                     "it is found by its address");
        world_expect(cell_locate(text, &location) == STATUS_OK && location.cell == cell,
                     "its address is located");
    }
    int (*const entry)(int argc, char *argv[]) = cell_main(cell);
    world_expect(!entry || is_in_text(cell, (uint64_t)entry), "main is in the text");
}
