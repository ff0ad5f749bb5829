// SPDX-License-Identifier: MIT
/// Whatever the bytes are, a section is opened or refused, every entry is read or refused, what is
/// handed out lies in the bytes, and a comparison of the two halves ends in a sentence that fits.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cell/cell_abi.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_within(struct text text, struct const_bytes bytes)
{
    const uint8_t *start = (const uint8_t *)text.start;
    if (text.length == 0)
        return;
    if (start < bytes.pointer || start >= bytes.pointer + bytes.length ||
        text.length > (size_t)(bytes.pointer + bytes.length - start))
        abort();
}

static void check_entry(const struct cell_abi *abi, const struct cell_abi_entry *entry,
                        struct const_bytes bytes)
{
    check_within(entry->name, bytes);
    check_within(entry->provider, bytes);
    check_within(entry->text, bytes);
    for (uint32_t i = 0; i < entry->part_count && i < 100; i++)
        check_within(cell_abi_part(abi, entry, i), bytes);
}

static void compare(const struct cell_abi_party *user, const struct cell_abi_party *provider,
                    const struct cell_abi_entry *entry)
{
    char sentence[200];
    const enum status status =
        entry->kind == CELL_ABI_USED
            ? cell_abi_check_used(user, provider, entry, sentence, sizeof sentence)
            : cell_abi_check_import(user, provider, entry->name, sentence, sizeof sentence);
    if ((status == STATUS_OK) != (strnlen(sentence, sizeof sentence) == 0) ||
        strnlen(sentence, sizeof sentence) == sizeof sentence)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const size_t half = size / 2;
    const struct const_bytes halves[] = {{bytes, half}, {bytes + half, size - half}};
    struct cell_abi abi[2];
    struct cell_abi_entry entry;
    const char *reason;
    for (size_t i = 0; i < 2; i++)
        if ((cell_abi_open(halves[i], &abi[i], &reason) == STATUS_OK) == (reason != nullptr))
            abort();
    const struct cell_abi_party user = {text_of("user"), &abi[0]};
    const struct cell_abi_party provider = {text_of("provider"), &abi[1]};
    for (uint32_t i = 0; i < abi[0].count && i < 100; i++) {
        if (cell_abi_entry(&abi[0], i, &entry) != STATUS_OK)
            continue;
        check_entry(&abi[0], &entry, halves[0]);
        compare(&user, &provider, &entry);
    }
    return 0;
}
