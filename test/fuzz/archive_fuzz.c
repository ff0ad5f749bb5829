// SPDX-License-Identifier: MIT
/// Whatever the bytes are, archive_open() answers, and walks of what it accepts stay in it and end.
#include <stdint.h>
#include <stdlib.h>

#include <cell/archive.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_member(const struct archive *archive, const struct archive_member *member,
                         const uint8_t *bytes, size_t size)
{
    struct archive_member found;
    const uint8_t *name = (const uint8_t *)member->name.start;
    if (name < bytes || member->name.length == 0 || name + member->name.length >= bytes + size)
        abort();
    if (member->data < bytes || member->data > bytes + size ||
        member->size > (size_t)(bytes + size - member->data))
        abort();
    if (archive_find(archive, member->name, &found) != STATUS_OK ||
        !text_equal(found.name, member->name))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct archive archive;
    struct archive_member member;
    size_t cursor = 0;
    const enum status status = archive_open(bytes, size, &archive);
    if (status != STATUS_OK) {
        if (archive_next(&archive, &cursor, &member))
            abort();
        return 0;
    }
    size_t before = 0;
    while (archive_next(&archive, &cursor, &member)) {
        if (cursor <= before)
            abort();
        before = cursor;
        check_member(&archive, &member, bytes, size);
    }
    if (archive_find(&archive, text_of("SEAL"), &member) != STATUS_NOT_FOUND)
        abort();
    return 0;
}
