// SPDX-License-Identifier: MIT
// nano_core's cells were linked by the linker, which put the sections of each in the order in which
// the loader does. Each is loaded anew here, but for its data. Then it is linked twice: first for
// the addresses that it has in nano_core, to be compared with what is there; then for its own.
//
// What the comparison cannot reach are the parts of an object that no byte of nano_core comes from:
// names, lines, `.eh_frame`, and those are read with no trust in them.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c. Data that point to the new code already do so to what equals the
//             old.
#include "load.h"

#include <cell/relocation.h>
#include <libc/string.h>

// A cell on its way out of nano_core.
struct departure {
    BORROWS struct load *load;
    BORROWS const struct nano_core *core;
    uint64_t data_end;       // of what stays where it is, below all that was mapped since
    struct cell_moves moves; // of the cells before, then of this one: text, read-only data
};

// The addresses that it has in nano_core, as in struct load.
struct former {
    BORROWS uint64_t *sections;
    BORROWS uint64_t *symbols;
};

static uint64_t core_start(const struct nano_core *core)
{
    return core->text->address;
}

// Notes where text and read-only data, which are all that moves, were and are.
static void note_moves(struct departure *departure)
{
    const struct load *load = departure->load;
    const struct cell_region *regions = load->cell->regions;
    for (unsigned kind = CELL_TEXT; kind <= CELL_RODATA; kind++) {
        SLICE_AT(departure->moves, departure->moves.length - CELL_MOVES + kind) =
            (struct cell_move){load->bounds->start[kind] - core_start(departure->core),
                               regions[kind].address, regions[kind].size};
    }
}

// In nano_core another cell's read-only data follow where here `.eh_frame` does.
static void leave_frames_out(struct departure *departure)
{
    const struct cell_bounds *bounds = departure->load->bounds;
    SLICE_AT(departure->moves, departure->moves.length - 1).size =
        bounds->end[CELL_RODATA] - bounds->start[CELL_RODATA];
}

// The address that what is at `address` had in nano_core. The end of a region belongs to it.
static uint64_t former_address(const struct departure *departure, uint64_t address)
{
    if (address < departure->data_end)
        return address;
    for (size_t i = departure->moves.length; i-- > 0;) {
        const struct cell_move *move = &departure->moves.pointer[i];
        if (address - move->to <= move->size && move->size != 0)
            return core_start(departure->core) + move->from + (address - move->to);
    }
    return address;
}

static enum status find_needs(struct load *load)
{
    struct text rest = load->manifest.needs;
    struct text need;
    struct cell *cell = load->cell;
    cell->depth = 1;
    for (size_t i = 0; text_next_part(&rest, ' ', &need); i++) {
        if (namespace_find_cell(load->within, need, &cell->needs.pointer[i]) != STATUS_OK)
            return load_fail(load, STATUS_NOT_FOUND, 0, "%.*s, which it needs, is not in nano_core",
                             (int)need.length, need.start);
        const uint32_t depth = cell_of(&cell->needs.pointer[i])->depth + 1;
        if (depth > cell->depth)
            cell->depth = depth;
    }
    return STATUS_OK;
}

static struct const_bytes former_bytes(const struct departure *departure,
                                       const struct cell_section *section)
{
    const struct nano_core *core = departure->core;
    const bool text = section->kind == CELL_TEXT;
    const uint64_t base = text ? core->text->address : core->rodata->address;
    const struct const_bytes all =
        text ? mapped_bytes_of_exec(core->text) : mapped_bytes(core->rodata);
    return SLICE_PART(all, former_address(departure, section->address) - base, section->size);
}

static enum status compare(const struct departure *departure)
{
    struct load *load = departure->load;
    for (size_t i = 0; i < load->cell->sections.length; i++) {
        const struct cell_section *section = &SLICE_AT(load->cell->sections, i);
        Elf64_Shdr header;
        TRY(gelf_getshdr(&load->elf, section->index, &header));
        if (load_is_in_place(load, section->kind) || header.sh_type == SHT_X86_64_UNWIND)
            continue;
        const struct mapped_pages_mut *region = &load->parts->regions[section->kind];
        const struct bytes own =
            SLICE_PART(mapped_bytes_mut(region), section->address - region->address, section->size);
        if (memcmp(own.pointer, former_bytes(departure, section).pointer, section->size) != 0)
            return load_fail(load, STATUS_DAMAGED, section->index,
                             "nano_core was linked from another object");
    }
    return STATUS_OK;
}

// Links the cell for where it is in nano_core, and compares it with what is there.
static enum status prove(const struct departure *departure, const struct former *former)
{
    struct load *load = departure->load;
    uint64_t bases[CELL_REGIONS];
    uint64_t *const sections = load->sections;
    uint64_t *const symbols = load->symbols;
    memcpy(bases, load->bases, sizeof bases);
    load->sections = former->sections;
    load->symbols = former->symbols;
    load->bases[CELL_TEXT] = load->bounds->start[CELL_TEXT];
    load->bases[CELL_RODATA] = load->bounds->start[CELL_RODATA];
    const enum status status = load_relocations(load);
    load->sections = sections;
    load->symbols = symbols;
    memcpy(load->bases, bases, sizeof bases);
    TRY(status);
    return compare(departure);
}

// Lets a field of the data that was filled by the linker name the new code; one that has changed
// since is left alone.
static enum status redirect_field(const struct departure *departure, const struct former *former,
                                  const Elf64_Rela *entry, size_t target)
{
    const struct load *load = departure->load;
    const struct mapped_pages_mut *data =
        BOX_CONTENT(mapped_pages_mut, shared_box(departure->core->data));
    const uint64_t place = load->sections[target] + entry->r_offset;
    const size_t size = relocation_size(ELF64_R_TYPE(entry->r_info));
    const struct bytes field = SLICE_PART(mapped_bytes_mut(data), place - data->address, size);
    const size_t symbol = ELF64_R_SYM(entry->r_info);
    struct relocation relocation = {ELF64_R_TYPE(entry->r_info), place, former->symbols[symbol],
                                    entry->r_addend};
    uint64_t linked = 0;
    uint64_t now = 0;
    TRY(relocation_apply(&relocation, &linked));
    relocation.symbol = load->symbols[symbol];
    TRY(relocation_apply(&relocation, &now));
    if (memcmp(field.pointer, &linked, size) == 0)
        memcpy(field.pointer, &now, size);
    return STATUS_OK;
}

static enum status redirect_data(const struct departure *departure, const struct former *former)
{
    struct load *load = departure->load;
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr section;
        Elf64_Shdr target;
        Elf64_Rela entry;
        TRY(gelf_getshdr(&load->elf, i, &section));
        if (section.sh_type != SHT_RELA || load->sections[section.sh_info] == 0)
            continue;
        TRY(gelf_getshdr(&load->elf, section.sh_info, &target));
        if (load_region_of(load, section.sh_info, &target) != CELL_DATA)
            continue;
        for (size_t j = 0; gelf_getrela(&load->elf, i, j, &entry) == STATUS_OK; j++)
            if (redirect_field(departure, former, &entry, section.sh_info) != STATUS_OK)
                return load_fail(load, STATUS_DAMAGED, i, "a relocation of its data is damaged");
    }
    return STATUS_OK;
}

// The former addresses lie in a box as long as they are of use; then they are forgotten, so that
// nothing in the heap looks as if it pointed to nano_core.
static enum status link(const struct departure *departure)
{
    OWNED(box, scratch);
    struct load *load = departure->load;
    const size_t sections = elf_getshdrnum(&load->elf);
    const size_t symbols = load->symtab ? elf_entry_count(&load->elf, load->symtab) : 0;
    const size_t size = (sections + symbols + 1) * sizeof(uint64_t);
    if (box_allocate(size, nullptr, &scratch) != STATUS_OK)
        return load_fail(load, STATUS_EXHAUSTED, 0, "no memory for the addresses that it had");
    const struct former former = {scratch.content, (uint64_t *)scratch.content + sections};
    for (size_t i = 0; i < sections; i++)
        former.sections[i] = former_address(departure, load->sections[i]);
    for (size_t i = 0; i < symbols; i++)
        former.symbols[i] = former_address(departure, load->symbols[i]);
    enum status status = prove(departure, &former);
    if (status == STATUS_OK)
        status = load_relocations(load);
    if (status == STATUS_OK)
        status = redirect_data(departure, &former);
    memset(scratch.content, 0, size);
    return status;
}

static enum status share_data(const struct departure *departure)
{
    const struct load *load = departure->load;
    OWNED(shared, data);
    if (load->cell->regions[CELL_DATA].size == 0 && load->cell->regions[CELL_ZEROED].size == 0)
        return STATUS_OK;
    TRY(shared_share(departure->core->data, &data));
    cell_own_shared_data(&load->parts->cell, &data);
    return STATUS_OK;
}

static enum status enter(struct load *load)
{
    const struct cell_reference *cell = &load->parts->cell;
    load->cell->resident = true;
    load->cell->space = namespace_of(load->within)->number;
    if (cell_enter(cell) != STATUS_OK || cell_pin(cell) != STATUS_OK)
        return load_fail(load, STATUS_EXISTS, 0, "it is in nano_core twice");
    cell_begin(cell);
    return STATUS_OK;
}

static enum status load_anew(struct departure *departure)
{
    struct load *load = departure->load;
    if (cell_store_find(text_of(load->bounds->name), &load->file) != STATUS_OK)
        return load_fail(load, STATUS_NOT_FOUND, 0, "%s.cell is not in the archive",
                         load->bounds->name);
    TRY(load_open(load));
    TRY(load_create(load));
    TRY(find_needs(load));
    TRY(load_image(load));
    TRY(load_symbols(load));
    note_moves(departure);
    TRY(link(departure));
    leave_frames_out(departure);
    TRY(load_seal(load));
    TRY(share_data(departure));
    return enter(load);
}

static enum status take_over(const struct nano_core *core, size_t index,
                             const struct namespace_reference *kernel, struct cell_moves moves,
                             struct cell_problem *problem)
{
    OWNED(load_parts, parts);
    struct load load = {.problem = problem,
                        .bounds = &core->cells[index],
                        .within = kernel,
                        .parts = &parts,
                        .name = "nano_core.elf"};
    const struct mapped_pages_mut *data = BOX_CONTENT(mapped_pages_mut, shared_box(core->data));
    struct departure departure = {.load = &load,
                                  .core = core,
                                  .data_end = data->address + data->size,
                                  .moves = SLICE_PART(moves, 0, CELL_MOVES * (index + 1))};
    FILL(&parts, .begun = 1);
    return load_anew(&departure);
}

enum status cells_take_over(const struct nano_core *core, struct cell_moves moves,
                            struct cell_problem *problem)
{
    struct load load = {.problem = problem, .name = "nano_core.elf"};
    OWNED(namespace_reference, kernel);
    enum status status = namespaces_start();
    if (status == STATUS_OK)
        status = namespace_find(text_of("kernel"), &kernel);
    if (status != STATUS_OK)
        return load_fail(&load, status, 0, "no memory for the namespaces");
    for (size_t i = 0; i < core->cell_count; i++)
        TRY(take_over(core, i, &kernel, moves, problem));
    return STATUS_OK;
}
