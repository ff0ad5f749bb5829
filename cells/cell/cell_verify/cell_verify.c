// SPDX-License-Identifier: MIT
// The relocations come in the order of their sections in the object, and those of one section
// together: so a section is copied when its first one comes, and compared after its last. Those
// without any are compared before, in one pass.
//
// Live swap:  nothing is remembered.
// Fault:      the copy belongs to a slot.
#include <cell/cell_metadata.h>
#include <cell/cell_verify.h>
#include <cell/checksum.h>
#include <cell/dependencies.h>
#include <cell/elf_object.h>
#include <cell/relocation.h>
#include <libc/string.h>
#include <memory/box.h>

struct verification {
    BORROWS const struct cell *cell;
    struct dependency_walk walk;
    BORROWS uint8_t *copy; // of the section being computed
    BORROWS struct cell_verification *result;
};

static bool is_compared(const struct cell_section *section)
{
    return section->kind == CELL_TEXT || section->kind == CELL_RODATA;
}

// A run of bytes that should be in memory.
struct expectation {
    const struct cell_section *section;
    uint64_t address;
    uint64_t offset; // of the first byte, as findings give it
    struct const_bytes bytes;
};

static void compare(const struct cell *cell, const struct expectation *expected,
                    struct cell_verification *result)
{
    const uint8_t *actual = cell_memory(cell, expected->address, expected->bytes.length);
    result->bytes += expected->bytes.length;
    if (actual && memcmp(actual, expected->bytes.pointer, expected->bytes.length) == 0)
        return;
    for (size_t i = 0; i < expected->bytes.length; i++) {
        if (actual && actual[i] == expected->bytes.pointer[i])
            continue;
        if (result->differences++ > 0 || result->bad_objects > 0)
            continue;
        result->section = expected->section;
        result->address = expected->address + i;
        result->offset = expected->offset + i;
        result->expected = expected->bytes.pointer[i];
        result->actual = actual ? actual[i] : 0;
    }
}

static void compare_section(struct verification *verification, const struct cell_section *section,
                            const uint8_t *bytes)
{
    const struct expectation expected = {section, section->address, 0, {bytes, section->size}};
    verification->result->sections++;
    compare(verification->cell, &expected, verification->result);
}

// The section's contents in the pristine object; null where they are not those of the load.
static const uint8_t *pristine(struct verification *verification,
                               const struct cell_section *section)
{
    struct elf_data data;
    if (elf_getdata(&verification->walk.elf, section->index, &data) != STATUS_OK || !data.bytes ||
        data.size != section->size)
        return nullptr;
    return checksum_crc32(data.bytes, data.size) == section->checksum ? data.bytes : nullptr;
}

static void note_bad_object(struct cell_verification *result, const struct cell_section *section)
{
    if (result->bad_objects++ == 0 && result->differences == 0) {
        result->section = section;
        result->address = section->address;
    }
}

static void apply(struct verification *verification, const struct dependency *dependency)
{
    const struct relocation relocation = {
        .type = dependency->type,
        .place = dependency->from->address + dependency->offset,
        .symbol = dependency->address,
        .addend = dependency->addend,
    };
    verification->result->relocations++;
    // What cannot be applied was refused by the loader; here it is a difference.
    (void)relocation_apply(&relocation, verification->copy + dependency->offset);
}

// Computes and compares the sections that have relocations, and marks them by their index.
static void verify_relocated(struct verification *verification, uint8_t *marks)
{
    const struct cell_section *current = nullptr;
    struct dependency dependency;
    while (dependency_next(&verification->walk, &dependency)) {
        const struct cell_section *section = dependency.from;
        if (!is_compared(section))
            continue;
        if (section != current) {
            if (current)
                compare_section(verification, current, verification->copy);
            const uint8_t *bytes = pristine(verification, section);
            current = bytes ? section : nullptr;
            marks[section->index] = bytes != nullptr;
            if (bytes)
                memcpy(verification->copy, bytes, section->size);
        }
        if (current)
            apply(verification, &dependency);
    }
    if (current)
        compare_section(verification, current, verification->copy);
}

static void verify_others(struct verification *verification, const uint8_t *marks)
{
    for (size_t i = 0; i < verification->cell->sections.length; i++) {
        const struct cell_section *section = &SLICE_AT(verification->cell->sections, i);
        if (section->kind != CELL_TEXT && section->kind != CELL_RODATA)
            verification->result->data += section->size;
        if (section->checksum == 0 || marks[section->index])
            continue;
        const uint8_t *bytes = pristine(verification, section);
        if (!bytes)
            note_bad_object(verification->result, section);
        else if (is_compared(section))
            compare_section(verification, section, bytes);
    }
}

static uint64_t largest_section(const struct cell *cell)
{
    uint64_t largest = 1;
    for (size_t i = 0; i < cell->sections.length; i++) {
        const struct cell_section *section = &SLICE_AT(cell->sections, i);
        if (is_compared(section) && section->size > largest)
            largest = section->size;
    }
    return largest;
}

enum status cell_verify(const struct cell *cell, struct cell_verification *result)
{
    OWNED(box, scratch);
    struct verification verification = {.cell = cell, .result = result};
    *result = (struct cell_verification){};
    TRY(dependencies_begin(cell, &verification.walk));
    const uint64_t largest = largest_section(cell);
    TRY(box_allocate(largest + elf_getshdrnum(&verification.walk.elf), nullptr, &scratch));
    verification.copy = scratch.content;
    uint8_t *marks = verification.copy + largest;
    verify_relocated(&verification, marks);
    verify_others(&verification, marks);
    return STATUS_OK;
}
