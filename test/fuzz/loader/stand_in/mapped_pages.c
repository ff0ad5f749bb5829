// SPDX-License-Identifier: MIT
// The cell mapped_pages: memory in the lowest 2 GiB, so that the relocations of the kernel code
// model fit as they do in the highest. What is not mapped is poisoned to the byte. Mappings are
// never called, so that nothing is protected.
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <memory/mapped_pages.h>

#include "test/fuzz/loader/world.h"

enum : uint64_t { PAGE = 4096, ARENA = 0x20000000, ARENA_SIZE = 64 << 20, ROOM = 1 << 20 };

static uint64_t next = ARENA; // where the next mapping lies
static uint64_t kept = ARENA; // what lies below stays mapped

static uint64_t whole_pages(uint64_t size)
{
    return (size + PAGE - 1) / PAGE * PAGE;
}

// After the context (host/context.c).
[[gnu::constructor(102)]] static void start(void)
{
    void *memory = mmap((void *)ARENA, ARENA_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);
    if (memory != (void *)ARENA)
        abort();
    ASAN_POISON_MEMORY_REGION(memory, ARENA_SIZE);
}

void stand_in_keep_mappings(void)
{
    kept = next;
}

enum status mapped_pages_allocate(enum mapping_purpose purpose, uint64_t size,
                                  FILLS(struct mapped_pages_mut) mapping)
{
    const uint64_t whole = whole_pages(size);
    if (size == 0)
        return STATUS_INVALID;
    if (size > ROOM || whole > ARENA + ARENA_SIZE - next || stand_in_refuses())
        return STATUS_EXHAUSTED;
    if (kept != ARENA && next + whole > kept + ROOM)
        return STATUS_EXHAUSTED;
    void *memory = (void *)next;
    ASAN_UNPOISON_MEMORY_REGION(memory, size);
    memset(memory, 0, size);
    next += whole + PAGE;
    stand_in_used.mappings++;
    stand_in_used.mapped += size;
    FILL(mapping, .address = (uint64_t)memory, .size = size, .purpose = purpose);
    return STATUS_OK;
}

static void release(uint64_t address, uint64_t size)
{
    void *memory = (void *)address;
    ASAN_POISON_MEMORY_REGION(memory, whole_pages(size));
    stand_in_used.mapped -= size;
    if (--stand_in_used.mappings == stand_in_kept.mappings)
        next = kept;
}

#define MAPPING_TYPE(type)                                                                         \
    void type##_drop(TAKES(struct type) mapping)                                                   \
    {                                                                                              \
        if (mapping->size == 0)                                                                    \
            return;                                                                                \
        TAKE(taken, mapping);                                                                      \
        release(taken.address, taken.size);                                                        \
    }                                                                                              \
    OWNERSHIP(type, size)

MAPPING_TYPE(mapped_pages);
MAPPING_TYPE(mapped_pages_mut);
MAPPING_TYPE(mapped_pages_exec);

#define CHANGE_OF_TYPE(name, source, destination)                                                  \
    void name(TAKES(struct source) from, FILLS(struct destination) to)                             \
    {                                                                                              \
        if (from->size == 0)                                                                       \
            return;                                                                                \
        TAKE(taken, from);                                                                         \
        FILL(to, .address = taken.address, .size = taken.size, .purpose = taken.purpose);          \
    }                                                                                              \
    static_assert(true)

CHANGE_OF_TYPE(mapped_pages_freeze, mapped_pages_mut, mapped_pages);
CHANGE_OF_TYPE(mapped_pages_seal, mapped_pages_mut, mapped_pages_exec);

struct const_bytes mapped_bytes_of_mut(const struct mapped_pages_mut *mapping)
{
    return (struct const_bytes){(void *)mapping->address, mapping->size};
}

struct bytes mapped_bytes_mut(const struct mapped_pages_mut *mapping)
{
    return (struct bytes){(void *)mapping->address, mapping->size};
}
