// SPDX-License-Identifier: MIT
// The text is looked at as it will run, with its relocations applied: a relocation could make any
// bytes. Every section with code is decoded from its start to its end, and where an instruction
// starts is marked, and where a branch within the text goes. Then every symbol and every branch
// must hit a start, so that what was decoded is what runs, as far as entries can be known
// (SECURITY.md).
//
// A later load of the same file differs in nothing but the values of relocations. Where these are
// operands, which decide nothing, and no distance of a branch that another address of the text
// could lead into it, the result is remembered with the file, by cell_store. Files of which that is
// not so are looked at whenever they are loaded.
//
// Live swap:  nothing is remembered here.
// Fault:      see cell_loader.c.
#include "load.h"

#include <cell/code_scan.h>
#include <cell/policy.h>
#include <cell/relocation.h>
#include <cell/slice.h>
#include <fault/logger.h>

// What is known of a byte of the text.
enum mark : uint8_t {
    START = 1,   // of an instruction
    ENTERED = 2, // by a branch
    OPERAND = 4,
    DISTANCE = 8, // an operand, of a branch
    LEAVES = 16,  // of a branch out of the text, not known to be relocated
};

enum : uint64_t { MARKS = sizeof(uint64_t), EACH = 0x0101010101010101 };

SLICE(mark_words, uint64_t);

struct code {
    struct const_bytes text;  // the region
    struct bytes marks;       // one a byte
    struct mark_words groups; // the same, MARKS at once
    struct exits exits;
    uint64_t address; // of the region
};

static void add_mark(const struct code *code, uint64_t offset, uint8_t mark)
{
    uint8_t *marks = &SLICE_AT(code->marks, offset);
    *marks = (uint8_t)(*marks | mark);
}

static bool is_start(const struct code *code, uint64_t offset)
{
    return offset < code->text.length && SLICE_AT(code->marks, offset) & START;
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

// Where the branch at `at` goes, as an offset in the text.
static uint64_t target_of(uint64_t at, const struct code_instruction *branch)
{
    return at + branch->length + (uint64_t)(int64_t)branch->distance;
}

static void mark_instruction(const struct code *code, uint64_t at,
                             const struct code_instruction *instruction)
{
    add_mark(code, at, START);
    const uint64_t end = at + instruction->length;
    const uint64_t target = target_of(at, instruction);
    if (instruction->branches && target < code->text.length)
        add_mark(code, target, ENTERED);
    uint8_t operand = OPERAND;
    if (instruction->branches)
        operand |= target < code->text.length ? DISTANCE : DISTANCE | LEAVES;
    for (uint64_t i = at + instruction->operands; i < end; i++)
        add_mark(code, i, operand);
}

// Whether a branch stays in the text, where it is looked at later, or goes to an import.
static bool goes_where_it_may(const struct code *code, uint64_t at,
                              const struct code_instruction *instruction)
{
    const uint64_t target = target_of(at, instruction);
    return !instruction->branches || target < code->text.length ||
           exits_have(&code->exits, code->address + target);
}

static enum status decode_section(struct load *load, const struct code *code, uint64_t start,
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
        if (!goes_where_it_may(code, at, &instruction))
            return refuse_place(load, code->address + at,
                                "branches to what it does not import: call it by its name, and "
                                "add its cell to NEEDS");
        mark_instruction(code, at, &instruction);
        at += instruction.length;
    }
    return STATUS_OK;
}

// Names the branch that does not go where an instruction starts.
static enum status refuse_branch(struct load *load, const struct code *code, uint64_t start,
                                 uint64_t size)
{
    for (uint64_t at = start; at < start + size;) {
        struct code_instruction instruction;
        const struct const_bytes rest = SLICE_PART(code->text, at, start + size - at);
        if (!code_decode(rest.pointer, rest.length, &instruction))
            return STATUS_INTERNAL;
        const uint64_t target = target_of(at, &instruction);
        if (instruction.branches && target < code->text.length && !is_start(code, target))
            return refuse_place(load, code->address + at, "branches into an instruction");
        at += instruction.length;
    }
    return STATUS_OK;
}

static bool all_entered_start(const struct code *code)
{
    static_assert(ENTERED == START << 1);
    for (size_t i = 0; i < code->groups.length; i++) {
        const uint64_t group = SLICE_AT(code->groups, i);
        if (group >> 1 & ~group & START * EACH)
            return false;
    }
    return true;
}

static enum status for_sections(struct load *load, const struct code *code,
                                enum status (*check)(struct load *load, const struct code *code,
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

static enum status check_symbols(struct load *load, const struct code *code)
{
    for (size_t i = 0; i < load->cell->symbols.length; i++) {
        const struct cell_symbol *symbol = &SLICE_AT(load->cell->symbols, i);
        const uint64_t offset = symbol->address - code->address;
        if (offset < code->text.length && (symbol->function || symbol->exported) &&
            !is_start(code, offset))
            return refuse_place(load, symbol->address, "lies within an instruction");
        if (offset >= code->text.length && symbol->function)
            return load_fail(load, STATUS_DAMAGED, 0, "%s is a function outside of its text",
                             symbol->name);
    }
    return STATUS_OK;
}

// Whether a branch by this relocation goes to the same place wherever cells lie, as seen from the
// text: within it, or to what another cell exports, or to 0 where nobody does. Then it is that
// relocation, and no number in the file, by which a branch out of the text goes there.
static bool is_steady_branch(const struct load *load, const struct code *code, uint64_t place,
                             const Elf64_Rela *entry)
{
    Elf64_Sym symbol;
    Elf64_Shdr section;
    if (gelf_getsym(&load->elf, load->symtab, ELF64_R_SYM(entry->r_info), &symbol) != STATUS_OK)
        return false;
    if (symbol.st_shndx == SHN_UNDEF) {
        for (size_t i = 0; i < relocation_size(ELF64_R_TYPE(entry->r_info)); i++) {
            uint8_t *mark = &SLICE_AT(code->marks, place + i);
            *mark = (uint8_t)(*mark & ~LEAVES);
        }
        return entry->r_addend == -4;
    }
    return gelf_getshdr(&load->elf, symbol.st_shndx, &section) == STATUS_OK &&
           load_region_of(load, symbol.st_shndx, &section) == CELL_TEXT;
}

// Whether the relocation could change what was decoded in no other load.
static bool is_steady(const struct load *load, const struct code *code, uint64_t section,
                      const Elf64_Rela *entry)
{
    const size_t size = relocation_size(ELF64_R_TYPE(entry->r_info));
    const uint64_t place = section - code->address + entry->r_offset;
    uint8_t all = OPERAND;
    uint8_t any = 0;
    for (size_t i = 0; i < size; i++) {
        all &= SLICE_AT(code->marks, place + i);
        any |= SLICE_AT(code->marks, place + i);
    }
    return all & OPERAND && (!(any & DISTANCE) || is_steady_branch(load, code, place, entry));
}

// The same for all that apply to the text.
static bool all_steady(const struct load *load, const struct code *code)
{
    for (size_t i = 0; elf_nextscn(&load->elf, &i);) {
        Elf64_Shdr table;
        Elf64_Shdr section;
        Elf64_Rela entry;
        if (gelf_getshdr(&load->elf, i, &table) != STATUS_OK)
            return false;
        if (table.sh_type != SHT_RELA)
            continue;
        if (gelf_getshdr(&load->elf, table.sh_info, &section) != STATUS_OK)
            return false;
        if (load_region_of(load, table.sh_info, &section) != CELL_TEXT)
            continue;
        for (size_t k = 0; gelf_getrela(&load->elf, i, k, &entry) == STATUS_OK; k++)
            if (!is_steady(load, code, load->sections[table.sh_info], &entry))
                return false;
    }
    for (size_t i = 0; i < code->groups.length; i++)
        if (SLICE_AT(code->groups, i) & LEAVES * EACH)
            return false;
    return true;
}

static enum status check_text(struct load *load, const struct code *code)
{
    TRY(for_sections(load, code, decode_section));
    if (!all_entered_start(code))
        TRY(for_sections(load, code, refuse_branch));
    return check_symbols(load, code);
}

enum status load_check_code(struct load *load)
{
    const struct mapped_pages_mut *region = &load->parts->regions[CELL_TEXT];
    OWNED(box, scratch);
    if (load->file.checked & CHECKED_CODE)
        return STATUS_OK;
    if (region->size == 0)
        return check_symbols(load, &(struct code){});
    const size_t groups = (region->size + MARKS - 1) / MARKS;
    const size_t slots = exits_size(load->cell);
    if (box_allocate((groups + slots) * MARKS, nullptr, &scratch) != STATUS_OK)
        return load_fail(load, STATUS_EXHAUSTED, 0, "no memory to look at its text");
    uint64_t *words = scratch.content;
    const struct code code = {
        .text = mapped_bytes_of_mut(region),
        .marks = {scratch.content, region->size},
        .groups = {words, groups},
        .exits = {{words + groups, slots}},
        .address = region->address,
    };
    exits_fill(&code.exits, load->cell);
    TRY(check_text(load, &code));
    if (all_steady(load, &code))
        cell_store_mark_checked(&load->file, CHECKED_CODE);
    else
        log_notice("%s: its text is looked at whenever it is loaded, for a relocation could change "
                   "what its instructions are",
                   load->name);
    return STATUS_OK;
}
