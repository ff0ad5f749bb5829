// SPDX-License-Identifier: MIT
// mapped_pages on the host: the C library's memory, with the host's protection.
#include <stdlib.h>
#include <sys/mman.h>

#include <memory/mapped_pages.h>
#include <test/host/mapped_pages.h>

enum : uint64_t { PAGE = 4096, LARGEST_ALIGNMENT = 2 << 20, LIMIT = 1 << 30 };

static uint64_t bytes_mapped[MAPPING_PURPOSES]; // in bytes
static uint64_t limit = UINT64_MAX;

void host_mapped_limit(uint64_t bytes)
{
    limit = bytes;
}

static size_t whole_pages(uint64_t size)
{
    return (size + PAGE - 1) / PAGE * PAGE;
}

static bool is_within_limit(uint64_t size)
{
    uint64_t mapped = size;
    for (size_t i = 0; i < MAPPING_PURPOSES; i++)
        mapped += __atomic_load_n(&bytes_mapped[i], __ATOMIC_RELAXED);
    return mapped <= limit;
}

static void protect(uint64_t address, uint64_t size, int protection)
{
    if (mprotect((void *)address, whole_pages(size), protection) != 0)
        abort();
}

static void release(uint64_t address, uint64_t size)
{
    protect(address, size, PROT_READ | PROT_WRITE); // for the C library writes to what is free
    free((void *)address);
}

enum status mapped_pages_allocate_aligned(enum mapping_purpose purpose, uint64_t size,
                                          uint64_t alignment,
                                          FILLS(struct mapped_pages_mut) mapping)
{
    const bool power = alignment != 0 && (alignment & (alignment - 1)) == 0;
    if (size == 0 || !power || alignment < PAGE || alignment > LARGEST_ALIGNMENT)
        return STATUS_INVALID;
    if (size > LIMIT)
        return STATUS_EXHAUSTED;
    const size_t whole = whole_pages(size);
    void *memory;
    if (!is_within_limit(whole))
        return STATUS_EXHAUSTED;
    if (posix_memalign(&memory, alignment, whole) != 0)
        return STATUS_EXHAUSTED;
    unsigned char *bytes = memory;
    for (size_t i = 0; i < whole; i++)
        bytes[i] = 0;
    __atomic_fetch_add(&bytes_mapped[purpose], whole, __ATOMIC_RELAXED);
    FILL(mapping, .address = (uint64_t)memory, .size = size, .purpose = purpose);
    return STATUS_OK;
}

enum status mapped_pages_allocate(enum mapping_purpose purpose, uint64_t size,
                                  FILLS(struct mapped_pages_mut) mapping)
{
    return mapped_pages_allocate_aligned(purpose, size, PAGE, mapping);
}

#define MAPPING_TYPE(type)                                                                         \
    void type##_drop(TAKES(struct type) mapping)                                                   \
    {                                                                                              \
        if (mapping->size == 0)                                                                    \
            return;                                                                                \
        TAKE(taken, mapping);                                                                      \
        __atomic_fetch_sub(&bytes_mapped[taken.purpose], whole_pages(taken.size),                  \
                           __ATOMIC_RELAXED);                                                      \
        release(taken.address, taken.size);                                                        \
    }                                                                                              \
    OWNERSHIP(type, size)

MAPPING_TYPE(mapped_pages);
MAPPING_TYPE(mapped_pages_mut);
MAPPING_TYPE(mapped_pages_exec);

#define CHANGE_OF_TYPE(name, source, destination, protection)                                      \
    void name(TAKES(struct source) from, FILLS(struct destination) to)                             \
    {                                                                                              \
        if (from->size == 0)                                                                       \
            return;                                                                                \
        TAKE(taken, from);                                                                         \
        protect(taken.address, taken.size, protection);                                            \
        FILL(to, .address = taken.address, .size = taken.size, .purpose = taken.purpose);          \
    }                                                                                              \
    static_assert(true)

CHANGE_OF_TYPE(mapped_pages_freeze, mapped_pages_mut, mapped_pages, PROT_READ);
CHANGE_OF_TYPE(mapped_pages_seal, mapped_pages_mut, mapped_pages_exec, PROT_READ | PROT_EXEC);
CHANGE_OF_TYPE(mapped_pages_thaw, mapped_pages, mapped_pages_mut, PROT_READ | PROT_WRITE);

static void *object_at(uint64_t address, uint64_t mapped, uint64_t offset, uint64_t size)
{
    slice_check(offset <= mapped && size <= mapped - offset);
    return (void *)(address + offset);
}

struct const_bytes mapped_bytes(const struct mapped_pages *mapping)
{
    return (struct const_bytes){(void *)mapping->address, mapping->size};
}

struct const_bytes mapped_bytes_of_exec(const struct mapped_pages_exec *mapping)
{
    return (struct const_bytes){(const void *)mapping->address, mapping->size};
}

struct const_bytes mapped_bytes_of_mut(const struct mapped_pages_mut *mapping)
{
    return (struct const_bytes){(void *)mapping->address, mapping->size};
}

struct bytes mapped_bytes_mut(const struct mapped_pages_mut *mapping)
{
    return (struct bytes){(void *)mapping->address, mapping->size};
}

const void *mapped_object(const struct mapped_pages *mapping, uint64_t offset, uint64_t size,
                          uint64_t alignment)
{
    slice_check(offset % alignment == 0);
    return object_at(mapping->address, mapping->size, offset, size);
}

void *mapped_object_mut(const struct mapped_pages_mut *mapping, uint64_t offset, uint64_t size,
                        uint64_t alignment)
{
    slice_check(offset % alignment == 0);
    return object_at(mapping->address, mapping->size, offset, size);
}

void mapped_pages_mut_adopt(enum mapping_purpose purpose, uint64_t address, uint64_t size,
                            FILLS(struct mapped_pages_mut) mapping)
{
    FILL(mapping, .address = address, .size = size, .purpose = purpose);
}

void *mapped_pages_mut_leave(TAKES(struct mapped_pages_mut) mapping)
{
    TAKE(taken, mapping);
    return (void *)taken.address;
}

void mapped_pages_leave(TAKES(struct mapped_pages) mapping)
{
    mapping->size = 0;
}

void mapped_pages_exec_leave(TAKES(struct mapped_pages_exec) mapping)
{
    mapping->size = 0;
}

uint64_t mapped_pages_bytes(enum mapping_purpose purpose)
{
    return __atomic_load_n(&bytes_mapped[purpose], __ATOMIC_RELAXED);
}
