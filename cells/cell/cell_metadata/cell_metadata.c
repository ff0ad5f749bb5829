// SPDX-License-Identifier: MIT
// A cell in memory as an owner: how it is made, shared and dropped. registry.c finds cells,
// symbols.c what is within one, hook.c calls it.
//
// The drop goes from the cell to what it needs, so that nothing is unmapped that code still there
// could call. It goes as deep as cells need each other in a row, which the loader limits.
//
// Live swap:  nothing is remembered here.
// Fault:      each member is dropped in place; a second drop does the rest. STOP is not called
//             twice.
#include "registry.h"

#include <fault/logger.h>

void cell_reference_drop(TAKES(struct cell_reference) reference)
{
    shared_drop(&reference->shared);
    reference->block = nullptr; // of what is shared the same word: for the checker
}

OWNERSHIP(cell_reference, block);

static void stop(struct cell *cell)
{
    const bool began = cell->state == CELL_LOADED;
    cell->state = CELL_STOPPING;
    if (!began || cell->stop == 0)
        return;
    const enum status status = cell_call_hook(cell->stop);
    if (status != STATUS_OK)
        log_warning("%.*s: its STOP function failed: %s", (int)cell->description.name.length,
                    cell->description.name.start, status_sentence(status));
}

void owned_cell_drop(TAKES(struct owned_cell) cell)
{
    if (!cell->begun)
        return;
    stop(&cell->facts);
    registry_remove(cell);
    mapped_pages_exec_drop(&cell->text);
    mapped_pages_drop(&cell->rodata);
    shared_drop(&cell->data);
    per_cpu_space_drop(&cell->per_cpu);
    cell_reference_drop(&cell->pin);
    for (size_t i = 0; i < cell->facts.needs.length; i++)
        cell_reference_drop(&cell->needs[i]);
    box_drop(&cell->tables);
    weak_drop(&cell->self);
    cell->begun = 0;
}

OWNERSHIP(owned_cell, begun);

static size_t slots_for(size_t exports)
{
    size_t slots = 2;
    while (slots < 2 * exports)
        slots *= 2;
    return slots;
}

static size_t tables_size(const struct cell_capacity *capacity)
{
    return capacity->symbols * sizeof(struct cell_symbol) +
           capacity->sections * sizeof(struct cell_section) +
           capacity->imports * sizeof(struct cell_import) +
           slots_for(capacity->exports) * sizeof(uint32_t);
}

// One piece of the heap has room for all tables, those of the strictest alignment first.
static void lay_out_tables(struct cell *cell, const struct box *tables,
                           const struct cell_capacity *capacity)
{
    struct cell_symbol *const symbols = tables->content;
    void *const after_symbols = symbols + capacity->symbols;
    struct cell_section *const sections = after_symbols;
    void *const after_sections = sections + capacity->sections;
    struct cell_import *const imports = after_sections;
    void *const after_imports = imports + capacity->imports;
    cell->symbols = (struct cell_symbols){symbols, 0};
    cell->sections = (struct cell_sections){sections, 0};
    cell->imports = (struct cell_imports){imports, 0};
    cell->slots = (struct cell_slots){after_imports, slots_for(capacity->exports)};
}

enum status cell_create(const struct cell_capacity *capacity,
                        FILLS(struct cell_reference) reference)
{
    OWNED(box, box);
    OWNED(box, tables);
    TRY(box_allocate(sizeof(struct owned_cell) + capacity->needs * sizeof(struct cell_reference),
                     &owned_cell_ownership, &box));
    TRY(box_allocate(tables_size(capacity), nullptr, &tables));
    FILL(BOX_CONTENT(owned_cell, &box), .begun = true);
    TRY(shared_from(&box, &reference->shared));
    struct owned_cell *cell = owned_cell_of(reference);
    cell->facts.needs = (struct cell_needs){cell->needs, capacity->needs};
    lay_out_tables(&cell->facts, &tables, capacity);
    MOVE_TO(&cell->tables, &tables);
    return STATUS_OK;
}

struct owned_cell *owned_cell_of(const struct cell_reference *reference)
{
    return BOX_CONTENT(owned_cell, shared_box(&reference->shared));
}

struct cell *cell_in_making(const struct cell_reference *reference)
{
    return &owned_cell_of(reference)->facts;
}

const struct cell *cell_of(const struct cell_reference *reference)
{
    return &owned_cell_of(reference)->facts;
}

void cell_own_text(const struct cell_reference *cell, TAKES(struct mapped_pages_exec) text)
{
    MOVE_TO(&owned_cell_of(cell)->text, text);
}

void cell_own_rodata(const struct cell_reference *cell, TAKES(struct mapped_pages) rodata)
{
    MOVE_TO(&owned_cell_of(cell)->rodata, rodata);
}

void cell_own_per_cpu(const struct cell_reference *cell, TAKES(struct per_cpu_space) space)
{
    MOVE_TO(&owned_cell_of(cell)->per_cpu, space);
}

enum status cell_own_data(const struct cell_reference *cell, TAKES(struct mapped_pages_mut) data)
{
    OWNED(box, box);
    TRY(BOX_NEW(mapped_pages_mut, &box));
    TRY(shared_from(&box, &owned_cell_of(cell)->data));
    MOVE_TO(BOX_CONTENT(mapped_pages_mut, shared_box(&owned_cell_of(cell)->data)), data);
    return STATUS_OK;
}

void cell_own_shared_data(const struct cell_reference *cell, TAKES(struct shared) data)
{
    MOVE_TO(&owned_cell_of(cell)->data, data);
}

const struct mapped_pages_exec *cell_text(const struct cell_reference *cell)
{
    return &owned_cell_of(cell)->text;
}

void cell_begin(const struct cell_reference *reference)
{
    cell_in_making(reference)->state = CELL_LOADED;
}

enum status cell_reference_share(const struct cell_reference *reference,
                                 FILLS(struct cell_reference) other)
{
    return shared_share(&reference->shared, &other->shared);
}

uint32_t cell_reference_count(const struct cell_reference *reference)
{
    return shared_count(&reference->shared);
}

enum status cell_data_share(const struct cell_reference *cell, FILLS(struct shared) data)
{
    const struct shared *own = &owned_cell_of(cell)->data;
    return own->block ? shared_share(own, data) : STATUS_NOT_FOUND;
}

UNSAFE(INNOCUOUS, "a call checks the type of the function")
int (*cell_main(const struct cell *cell))(int argc, char *argv[])
{
    const struct cell_symbol *symbol = cell_export(cell, "main");
    if (!symbol || !symbol->function)
        return nullptr;
    return (int (*)(int, char *[]))symbol->address;
}

bool cell_depends_on(const struct cell *dependent, const struct cell *cell)
{
    for (size_t i = 0; i < dependent->needs.length; i++)
        if (cell_of(&dependent->needs.pointer[i]) == cell)
            return true;
    return false;
}
