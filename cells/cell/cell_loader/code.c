// SPDX-License-Identifier: MIT
// The text is looked at as it will run, with its relocations applied: a relocation could make any
// bytes. Every section with code is decoded from its start to its end, and where an instruction
// starts is marked. Then every symbol and every direct branch within the text must hit a mark, so
// that what was decoded is what runs, as far as entries can be known (SECURITY.md).
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

#include <cell/code_scan.h>
#include <cell/policy.h>
#include <cell/slice.h>

enum { BITS = 8 };

struct code {
    struct const_bytes text; // the region
    struct bytes starts;     // a bit an address of the region
    uint64_t address;        // of the region
};

static bool is_start(const struct code *code, uint64_t offset)
{
    return offset < code->text.length && SLICE_AT(code->starts, offset / BITS) >> offset % BITS & 1;
}

// The last symbol at or before an address, for sentences; "text" where there is none.
static const char *symbol_before(const struct load *load, uint64_t address, uint64_t *offset)
{
    const char *name = nullptr;
    for (size_t i = 0; i < load->cell->symbols.length; i++) {
        const struct cell_symbol *symbol = &SLICE_AT(load->cell->symbols, i);
        if (!symbol->name || *symbol->name == '\0' || symbol->address > address ||
            (name && address - symbol->address >= *offset))
            continue;
        name = symbol->name;
        *offset = address - symbol->address;
    }
    if (!name)
        *offset = address - load->parts->regions[CELL_TEXT].address;
    return name ? name : "text";
}

static enum status refuse_instruction(struct load *load, uint64_t address,
                                      const struct code_instruction *instruction)
{
    uint64_t offset;
    const char *name = symbol_before(load, address, &offset);
    const char *capability = code_capability(instruction->kind);
    return load_fail(load, STATUS_DENIED, 0,
                     "%s+0x%lx is the instruction %s, which is for holders of %s: add to its "
                     "cell(): CAPABILITIES %s",
                     name, offset, instruction->name, capability, capability);
}

static enum status refuse_place(struct load *load, uint64_t address, const char *what)
{
    uint64_t offset;
    const char *name = symbol_before(load, address, &offset);
    return load_fail(load, STATUS_DAMAGED, 0, "%s+0x%lx %s", name, offset, what);
}

static bool may_run(const struct load *load, const struct code_instruction *instruction)
{
    return instruction->kind == CODE_PLAIN ||
           policy_list_has(load->manifest.capabilities,
                           text_of(code_capability(instruction->kind)));
}

// Decodes a section, and marks where its instructions start.
static enum status decode_section(struct load *load, struct code *code, uint64_t start,
                                  uint64_t size)
{
    for (uint64_t at = start; at < start + size;) {
        struct code_instruction instruction;
        const struct const_bytes rest = SLICE_PART(code->text, at, start + size - at);
        if (!code_decode(rest.pointer, rest.length, &instruction))
            return refuse_place(load, code->address + at,
                                "is no instruction: keep data out of its text");
        if (!may_run(load, &instruction))
            return refuse_instruction(load, code->address + at, &instruction);
        uint8_t *marks = &SLICE_AT(code->starts, at / BITS);
        *marks = (uint8_t)(*marks | 1u << at % BITS);
        at += instruction.length;
    }
    return STATUS_OK;
}

// Branches within the text go where an instruction starts.
static enum status check_branches(struct load *load, const struct code *code, uint64_t start,
                                  uint64_t size)
{
    for (uint64_t at = start; at < start + size;) {
        struct code_instruction instruction;
        const struct const_bytes rest = SLICE_PART(code->text, at, start + size - at);
        if (!code_decode(rest.pointer, rest.length, &instruction))
            return STATUS_INTERNAL;
        const uint64_t target = at + instruction.length + (uint64_t)(int64_t)instruction.distance;
        if (instruction.branches && target < code->text.length && !is_start(code, target))
            return refuse_place(load, code->address + at, "branches into an instruction");
        at += instruction.length;
    }
    return STATUS_OK;
}

static enum status for_sections(struct load *load, struct code *code,
                                enum status (*check)(struct load *load, struct code *code,
                                                     uint64_t start, uint64_t size))
{
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr section;
        TRY(gelf_getshdr(&load->elf, i, &section));
        if (load_region_of(load, i, &section) == CELL_TEXT && section.sh_size != 0)
            TRY(check(load, code, load->sections[i] - code->address, section.sh_size));
    }
    return STATUS_OK;
}

static enum status check_branches_of(struct load *load, struct code *code, uint64_t start,
                                     uint64_t size)
{
    return check_branches(load, code, start, size);
}

static enum status check_symbols(struct load *load, const struct code *code)
{
    for (size_t i = 0; i < load->cell->symbols.length; i++) {
        const struct cell_symbol *symbol = &SLICE_AT(load->cell->symbols, i);
        const uint64_t offset = symbol->address - code->address;
        if (!symbol->function || is_start(code, offset))
            continue;
        if (offset < code->text.length)
            return refuse_place(load, symbol->address, "lies within an instruction");
        return load_fail(load, STATUS_DAMAGED, 0, "the function %s is not in its text",
                         symbol->name);
    }
    return STATUS_OK;
}

enum status load_check_code(struct load *load)
{
    const struct mapped_pages_mut *region = &load->parts->regions[CELL_TEXT];
    OWNED(box, marks);
    if (region->size == 0)
        return check_symbols(load, &(struct code){});
    const size_t size = (region->size + BITS - 1) / BITS;
    if (box_allocate(size, nullptr, &marks) != STATUS_OK)
        return load_fail(load, STATUS_EXHAUSTED, 0, "no memory to look at its text");
    struct code code = {
        .text = mapped_bytes_of_mut(region),
        .starts = {marks.content, size},
        .address = region->address,
    };
    TRY(for_sections(load, &code, decode_section));
    TRY(for_sections(load, &code, check_branches_of));
    return check_symbols(load, &code);
}
