// SPDX-License-Identifier: MIT
/// Lists an archive of cells as the system's own reader sees it: name, size, and the data's sum.
#include <stdio.h>

#include <cell/archive.h>

static unsigned sum(const struct archive_member *member)
{
    unsigned total = 0;
    for (size_t i = 0; i < member->size; i++)
        total += member->data[i];
    return total;
}

int main(int argc, char *argv[])
{
    static unsigned char image[1 << 24];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : nullptr;
    if (!file) {
        fprintf(stderr, "usage: archive_list ARCHIVE\n");
        return 2;
    }
    const size_t size = fread(image, 1, sizeof image, file);
    fclose(file);

    struct archive archive;
    const enum status status = archive_open(image, size, &archive);
    if (status != STATUS_OK) {
        printf("refused: %s\n", status_sentence(status));
        return 1;
    }
    size_t cursor = 0;
    struct archive_member member;
    while (archive_next(&archive, &cursor, &member))
        printf("%.*s %zu %u\n", (int)member.name.length, member.name.start, member.size,
               sum(&member));
    return 0;
}
