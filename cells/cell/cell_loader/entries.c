// SPDX-License-Identifier: MIT
// Where control may enter a cell, and where it may leave it.
//
// Who calls `main`, START and STOP does so through a pointer, and kCFI compares the identity of the
// type before the function with what it expects: a function without it stops the system, so it is
// refused here.
//
// A direct branch out of the text must go to what the cell imports, whatever made its distance: a
// relocation, an addend, an absolute symbol or a number in the file. Else NEEDS and guards would be
// got around by an address. The imports are kept in a hash table for that, half of it free.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

enum { IDENTITY_SIZE = 4 };

static bool has_identity(const struct cell *cell, uint64_t address, uint32_t identity)
{
    uint32_t found = 0;
    // A function lies in the text, and before that is nobody's memory.
    const void *before = cell_memory(cell, address - IDENTITY_SIZE, IDENTITY_SIZE);
    if (!before)
        return false;
    __builtin_memcpy(&found, before, sizeof found);
    return found == identity;
}

enum status load_check_entry(struct load *load, const struct cell_symbol *function,
                             enum load_identity identity)
{
    if (has_identity(load->cell, function->address, identity))
        return STATUS_OK;
    return load_fail(load, STATUS_UNSUPPORTED, 0,
                     "%s has not the identity 0x%x, that of %s, before it: compile with "
                     "-fsanitize=kcfi",
                     function->name, (unsigned)identity,
                     identity == IDENTITY_OF_MAIN ? "int main(int, char *[])"
                                                  : "enum status START(void)");
}

size_t exits_size(const struct cell *cell)
{
    size_t slots = 2;
    while (slots < 2 * (cell->imports.length + 1))
        slots *= 2;
    return slots;
}

static size_t slot_of(const struct exits *exits, uint64_t address)
{
    const uint64_t mixed = address * UINT64_C(0x9E3779B97F4A7C15); // Fibonacci hashing
    return (mixed >> 32) & (exits->slots.length - 1);
}

bool exits_have(const struct exits *exits, uint64_t address)
{
    const size_t mask = exits->slots.length - 1;
    if (address == 0)
        return true; // a weak symbol that nobody exports: a call of it is a page fault
    for (size_t slot = slot_of(exits, address);; slot = (slot + 1) & mask) {
        const uint64_t found = SLICE_AT(exits->slots, slot);
        if (found == 0 || found == address)
            return found != 0;
    }
}

void exits_fill(const struct exits *exits, const struct cell *cell)
{
    const size_t mask = exits->slots.length - 1;
    for (size_t i = 0; i < cell->imports.length; i++) {
        const struct cell_import *import = &SLICE_AT(cell->imports, i);
        const struct cell *provider = cell_of(&SLICE_AT(cell->needs, import->need));
        const uint64_t address = SLICE_AT(provider->symbols, import->export).address;
        size_t slot = slot_of(exits, address);
        while (SLICE_AT(exits->slots, slot) != 0 && SLICE_AT(exits->slots, slot) != address)
            slot = (slot + 1) & mask;
        SLICE_AT(exits->slots, slot) = address;
    }
}
