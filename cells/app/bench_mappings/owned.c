// SPDX-License-Identifier: MIT
// The design of this system: a slot is a struct mapped_pages.
//
// Live swap:  nothing is remembered.
// Fault:      see areas.c.
#include "population.h"

static struct mapped_pages *slot_at(const struct population *population, size_t slot)
{
    struct mapped_pages *slots = mapped_pages_start(&population->storage);
    return slots + slot;
}

static enum status prepare(struct population *population)
{
    if (population->storage.size != 0)
        return STATUS_EXISTS;
    return mapped_pages_allocate(MAPPING_HEAP, population->count * sizeof(struct mapped_pages),
                                 &population->storage);
}

static enum status map(struct population *population, size_t slot)
{
    return mapped_pages_allocate(MAPPING_HEAP, PAGE_SIZE, slot_at(population, slot));
}

static enum status remap(struct population *population, size_t slot)
{
    mapped_pages_protect(slot_at(population, slot), MAPPING_READABLE);
    return STATUS_OK;
}

static enum status permit_writing(struct population *population, size_t slot)
{
    mapped_pages_protect(slot_at(population, slot), MAPPING_WRITABLE);
    return STATUS_OK;
}

static enum status unmap(struct population *population, size_t slot)
{
    mapped_pages_drop(slot_at(population, slot));
    return STATUS_OK;
}

const struct design design_owned = {"owned", prepare, map, remap, permit_writing, unmap};
