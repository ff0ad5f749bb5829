// SPDX-License-Identifier: MIT
// mapped_pages on the host: the C library's memory.
#include <stdlib.h>
#include <sys/mman.h>

#include <memory/mapped_pages.h>

static size_t whole_pages(uint64_t size)
{
    return (size + 4095) / 4096 * 4096;
}

enum status mapped_pages_allocate(enum mapping_purpose purpose, uint64_t size,
                                  FILLS(struct mapped_pages) mapping)
{
    if (size == 0)
        return STATUS_INVALID;
    if (size > 1 << 30)
        return STATUS_EXHAUSTED;
    const size_t whole = whole_pages(size);
    void *memory = aligned_alloc(4096, whole);
    if (!memory)
        return STATUS_EXHAUSTED;
    unsigned char *bytes = memory;
    for (size_t i = 0; i < whole; i++)
        bytes[i] = 0;
    FILL(mapping, .address = (uint64_t)memory, .size = size, .purpose = purpose);
    return STATUS_OK;
}

UNSAFE(INFECTIOUS, "a mapping is reached by its address")
void *mapped_pages_start(const struct mapped_pages *mapping)
{
    return (void *)mapping->address;
}

void mapped_pages_protect(const struct mapped_pages *mapping, enum mapping_protection protection)
{
    static const int table[] = {
        [MAPPING_READABLE] = PROT_READ,
        [MAPPING_WRITABLE] = PROT_READ | PROT_WRITE,
        [MAPPING_EXECUTABLE] = PROT_READ | PROT_EXEC,
    };
    if (mprotect((void *)mapping->address, whole_pages(mapping->size), table[protection]) != 0)
        abort();
}

void mapped_pages_drop(TAKES(struct mapped_pages) mapping)
{
    if (mapping->size == 0)
        return;
    mapped_pages_protect(mapping, MAPPING_WRITABLE); // for the C library writes to what is free
    TAKE(taken, mapping);
    free((void *)taken.address);
}

void mapped_pages_adopt(enum mapping_purpose purpose, uint64_t address, uint64_t size,
                        FILLS(struct mapped_pages) mapping)
{
    FILL(mapping, .address = address, .size = size, .purpose = purpose);
}

void *mapped_pages_leave(TAKES(struct mapped_pages) mapping)
{
    void *start = mapped_pages_start(mapping);
    mapping->size = 0;
    return start;
}

OWNERSHIP(mapped_pages, size);
