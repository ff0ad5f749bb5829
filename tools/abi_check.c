// SPDX-License-Identifier: MIT
#include "abi_check.h"

#include <stdio.h>
#include <string.h>

#include <cell/cell_abi.h>

static const char VOCABULARY[] = "vocabulary";

/// Opens a section; one that is missing or damaged has no entries.
static struct cell_abi open_section(const struct abi_cell *cell)
{
    struct cell_abi abi;
    const char *reason;
    const struct const_bytes bytes = {cell->bytes, cell->bytes ? cell->size : 0};
    (void)(cell_abi_open(bytes, &abi, &reason) == STATUS_OK);
    return abi;
}

const char *abi_problem(const struct abi_cell *cell)
{
    struct cell_abi abi;
    const char *reason = nullptr;
    const struct const_bytes bytes = {cell->bytes, cell->size};
    if (cell->bytes)
        (void)(cell_abi_open(bytes, &abi, &reason) == STATUS_OK);
    return reason;
}

bool abi_check_import(const struct abi_cell *user, const struct abi_cell *provider,
                      const char *symbol, char sentence[static ABI_SENTENCE])
{
    const struct cell_abi left = open_section(user);
    const struct cell_abi right = open_section(provider);
    const struct cell_abi_party parties[] = {{text_of(user->name), &left},
                                             {text_of(provider->name), &right}};
    return cell_abi_check_import(&parties[0], &parties[1], text_of(symbol), sentence,
                                 ABI_SENTENCE) == STATUS_OK;
}

/// The cell that offers what `used` names; null: none that is known. The vocabulary is offered by
/// cell_abi, which a build that has but one vocabulary need not ask.
static const struct abi_cell *find_provider(const struct cell_abi_entry *used,
                                            const struct abi_cell providers[], size_t count)
{
    const bool vocabulary = text_equal(used->provider, text_of(VOCABULARY));
    for (size_t i = 0; i < count; i++)
        if (text_equal(text_of(vocabulary ? "cell_abi" : providers[i].name),
                       vocabulary ? text_of(providers[i].name) : used->provider))
            return &providers[i];
    return nullptr;
}

static bool check_used(const struct abi_cell *user, const struct cell_abi *abi,
                       const struct cell_abi_entry *used, const struct abi_cell *provider,
                       char sentence[static ABI_SENTENCE])
{
    if (!provider) {
        if (text_equal(used->provider, text_of(VOCABULARY)))
            return true;
        snprintf(sentence, ABI_SENTENCE,
                 "it was compiled with %.*s of %.*s, which is not in its NEEDS",
                 (int)used->name.length, used->name.start, (int)used->provider.length,
                 used->provider.start);
        return false;
    }
    const struct cell_abi offered = open_section(provider);
    const struct cell_abi_party parties[] = {{text_of(user->name), abi},
                                             {used->provider, &offered}};
    return cell_abi_check_used(&parties[0], &parties[1], used, sentence, ABI_SENTENCE) == STATUS_OK;
}

bool abi_check_used(const struct abi_cell *user, const struct abi_cell providers[], size_t count,
                    unsigned *index, char sentence[static ABI_SENTENCE])
{
    const struct cell_abi abi = open_section(user);
    struct cell_abi_entry entry;
    while (cell_abi_entry(&abi, (*index)++, &entry) == STATUS_OK)
        if (entry.kind == CELL_ABI_USED &&
            !check_used(user, &abi, &entry, find_provider(&entry, providers, count), sentence))
            return true;
    return false;
}
