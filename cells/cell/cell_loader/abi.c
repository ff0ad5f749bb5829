// SPDX-License-Identifier: MIT
// A cell is linked only with cells whose interfaces are those that it was compiled against. What a
// section says is read where it lies, in the cell's file, which stays in memory.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"

#include <libc/format.h>

static const char VOCABULARY[] = "vocabulary";
static const char VOCABULARY_KEEPER[] = "cell_abi"; // the cell that answers for it

enum status load_abi(struct load *load)
{
    struct elf_data data;
    const char *reason;
    const size_t section = elf_find_section(&load->elf, ".cell.abi");
    if (section == 0)
        return STATUS_OK;
    TRY(elf_getdata(&load->elf, section, &data));
    const struct const_bytes bytes = {data.bytes, data.bytes ? data.size : 0};
    const enum status status = cell_abi_open(bytes, &load->abi, &reason);
    if (status != STATUS_OK)
        return load_fail(load, status, section, "%s", reason);
    load->cell->abi = bytes;
    return STATUS_OK;
}

// The section of a loaded cell, which was opened before; without entries where it has none.
static struct cell_abi abi_of(const struct cell *cell)
{
    struct cell_abi abi = {};
    const char *reason;
    if (cell->abi.length != 0)
        (void)(cell_abi_open(cell->abi, &abi, &reason) == STATUS_OK);
    return abi;
}

enum status load_check_import(struct load *load, const struct cell *provider, const char *symbol)
{
    char *sentence = load->problem->sentence;
    const size_t size = sizeof load->problem->sentence;
    const size_t start = format_text(sentence, size, "%s: ", load->name);
    const struct cell_abi abi = abi_of(provider);
    const struct cell_abi_party user = {load->manifest.name, &load->abi};
    const struct cell_abi_party other = {provider->description.name, &abi};
    return cell_abi_check_import(&user, &other, text_of(symbol), sentence + start, size - start);
}

// A need, or the keeper of the vocabulary, which `keeper` owns then.
static const struct cell *find_provider(const struct load *load, struct text name,
                                        FILLS(struct cell_reference) keeper)
{
    if (text_equal(name, text_of(VOCABULARY)))
        return namespace_find_cell(load->within, text_of(VOCABULARY_KEEPER), keeper) == STATUS_OK
                   ? cell_of(keeper)
                   : nullptr;
    const struct cell *cell = load->cell;
    for (size_t i = 0; i < cell->needs.length; i++) {
        const struct cell *need = cell_of(&cell->needs.pointer[i]);
        if (text_equal(need->description.name, name))
            return need;
    }
    return nullptr;
}

static enum status check_used(struct load *load, const struct cell_abi_entry *used)
{
    char *sentence = load->problem->sentence;
    const size_t size = sizeof load->problem->sentence;
    OWNED(cell_reference, keeper);
    const struct cell *provider = find_provider(load, used->provider, &keeper);
    if (!provider)
        return load_fail(load, STATUS_INVALID, 0,
                         "it was compiled with %.*s of %.*s, which is not in its needs",
                         (int)used->name.length, used->name.start, (int)used->provider.length,
                         used->provider.start);
    const size_t start = format_text(sentence, size, "%s: ", load->name);
    const struct cell_abi abi = abi_of(provider);
    const struct cell_abi_party user = {load->manifest.name, &load->abi};
    const struct cell_abi_party other = {used->provider, &abi};
    return cell_abi_check_used(&user, &other, used, sentence + start, size - start);
}

enum status load_check_compiled_in(struct load *load)
{
    struct cell_abi_entry entry;
    for (uint32_t i = 0;; i++) {
        const enum status status = cell_abi_entry(&load->abi, i, &entry);
        if (status == STATUS_NOT_FOUND)
            return STATUS_OK;
        if (status != STATUS_OK)
            return load_fail(load, status, elf_find_section(&load->elf, ".cell.abi"),
                             "entry %u is damaged", i);
        if (entry.kind == CELL_ABI_USED)
            TRY(check_used(load, &entry));
    }
}
