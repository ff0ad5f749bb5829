// SPDX-License-Identifier: MIT
// The design of this system: a slot is a struct mapped_pages.
//
// Live swap:  nothing is remembered.
// Fault:      see areas.c.
#include "population.h"

static struct owned_slot *slot_at(const struct population *population, size_t slot)
{
    return MAPPED_MUT(struct owned_slot, &population->storage, slot * sizeof(struct owned_slot));
}

static enum status prepare(struct population *population)
{
    if (population->storage.size != 0)
        return STATUS_EXISTS;
    return mapped_pages_allocate(MAPPING_HEAP, population->count * sizeof(struct owned_slot),
                                 &population->storage);
}

static enum status map(struct population *population, size_t slot)
{
    return mapped_pages_allocate(MAPPING_HEAP, PAGE_SIZE, &slot_at(population, slot)->writable);
}

static enum status remap(struct population *population, size_t slot)
{
    struct owned_slot *at = slot_at(population, slot);
    mapped_pages_freeze(&at->writable, &at->readable);
    return STATUS_OK;
}

static enum status permit_writing(struct population *population, size_t slot)
{
    struct owned_slot *at = slot_at(population, slot);
    mapped_pages_thaw(&at->readable, &at->writable);
    return STATUS_OK;
}

static enum status unmap(struct population *population, size_t slot)
{
    struct owned_slot *at = slot_at(population, slot);
    mapped_pages_drop(&at->readable);
    mapped_pages_mut_drop(&at->writable);
    return STATUS_OK;
}

const struct design design_owned = {"owned", prepare, map, remap, permit_writing, unmap};
