// SPDX-License-Identifier: MIT
// mapped_pages on the host: the C library's memory.
#include <stdlib.h>

#include <memory/mapped_pages.h>

enum status mapped_pages_allocate(enum mapping_purpose purpose, uint64_t size,
                                  struct mapped_pages *mapping)
{
    if (size == 0)
        return STATUS_INVALID;
    if (size > 1 << 30)
        return STATUS_EXHAUSTED;
    const size_t whole = (size + 4095) / 4096 * 4096;
    void *memory = aligned_alloc(4096, whole);
    if (!memory)
        return STATUS_EXHAUSTED;
    unsigned char *bytes = memory;
    for (size_t i = 0; i < whole; i++)
        bytes[i] = 0;
    *mapping = (struct mapped_pages){(uint64_t)memory, size, purpose};
    return STATUS_OK;
}

void mapped_pages_free(struct mapped_pages *mapping)
{
    free((void *)mapping->address);
    *mapping = (struct mapped_pages){};
}
