// SPDX-License-Identifier: MIT
// The conventional design: a slot is an address, and the tree knows what lies there. An area has
// an unmapped page before it, as an owned mapping has one behind it.
//
// Live swap:  nothing is remembered.
// Fault:      a population's drop unmaps what it still holds.
#include "population.h"

#include <memory/frame_allocator.h>
#include <memory/page_table.h>

static uint64_t *slot_at(const struct population *population, size_t slot)
{
    return MAPPED_MUT(uint64_t, &population->storage, slot * sizeof(uint64_t));
}

static enum status prepare(struct population *population)
{
    const struct pages *room = &population->room;
    if (population->storage.size != 0 || room->count != 0 || population->tree.end != 0)
        return STATUS_EXISTS;
    TRY(pages_allocate(PAGES_HEAP, 2 * population->count, &population->room));
    area_tree_start(room->address, room->address + room->count * PAGE_SIZE, &population->tree);
    return mapped_pages_allocate(MAPPING_HEAP, population->count * sizeof(uint64_t),
                                 &population->storage);
}

static void zero_page(uint64_t address)
{
    OWNED(mapped_pages_mut, page);
    mapped_pages_mut_adopt(MAPPING_HEAP, address, PAGE_SIZE, &page);
    uint64_t *words = mapped_object_mut(&page, 0, PAGE_SIZE, sizeof *words);
    for (size_t i = 0; i < PAGE_SIZE / sizeof *words; i++)
        words[i] = 0;
    (void)mapped_pages_mut_leave(&page);
}

static enum status map_page(uint64_t address)
{
    OWNED(frames, frame);
    TRY(frames_allocate(1, &frame));
    TRY(page_table_reserve(address, 1));
    TRY(page_table_give(address, &frame));
    zero_page(address);
    return STATUS_OK;
}

static enum status map(struct population *population, size_t slot)
{
    uint64_t address;
    TRY(area_insert(&population->tree, PAGE_SIZE, PAGE_SIZE, PAGE_WRITABLE, &address));
    const enum status status = map_page(address);
    if (status == STATUS_OK)
        *slot_at(population, slot) = address;
    else
        area_remove(&population->tree, area_find(&population->tree, address));
    return status;
}

static enum status protect(struct population *population, size_t slot,
                           enum page_protection protection)
{
    const uint64_t address = *slot_at(population, slot);
    struct area *area = area_find(&population->tree, address);
    if (!area)
        return STATUS_NOT_FOUND;
    area_protect(&population->tree, area, protection);
    page_table_protect(address, 1, protection);
    return STATUS_OK;
}

static enum status remap(struct population *population, size_t slot)
{
    return protect(population, slot, PAGE_READABLE);
}

static enum status permit_writing(struct population *population, size_t slot)
{
    return protect(population, slot, PAGE_WRITABLE);
}

static enum status unmap(struct population *population, size_t slot)
{
    uint64_t *address = slot_at(population, slot);
    struct area *area = area_find(&population->tree, *address);
    if (!area)
        return STATUS_NOT_FOUND;
    area_remove(&population->tree, area);
    page_table_unmap(*address, 1, PAGE_FRAMES_FREE);
    *address = 0;
    return STATUS_OK;
}

const struct design design_areas = {"areas", prepare, map, remap, permit_writing, unmap};

// Of either design: only areas have room, which they get before storage. An area's page goes before
// the area, and the room last, so that this can be begun again.
void population_drop(TAKES(struct population) population)
{
    if (!population->made)
        return;
    struct area_tree *tree = &population->tree;
    if (population->room.count == 0 && population->storage.size > 0) {
        for (size_t i = 0; i < population->count; i++) {
            struct owned_slot *slot =
                MAPPED_MUT(struct owned_slot, &population->storage, i * sizeof *slot);
            mapped_pages_drop(&slot->readable);
            mapped_pages_mut_drop(&slot->writable);
        }
    }
    while (tree->end != 0 && tree->first) {
        page_table_unmap(tree->first->start, 1, PAGE_FRAMES_FREE);
        area_remove(tree, tree->first);
    }
    area_tree_drop(tree);
    mapped_pages_mut_drop(&population->storage);
    pages_drop(&population->room);
    population->made = false;
}

OWNERSHIP(population, made);
