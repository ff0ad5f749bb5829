// SPDX-License-Identifier: MIT
// large: a piece that is a mapping. Its record is found like a slab's.
//
// While the memory passes between a mapping's slot and a piece's, a large_change is noted, whose
// drop makes them agree: where the mapping owns, the piece does not; where neither does, the
// record's memory goes back.
//
// Live swap, fault: see heap.h.
#pragma once
#include "cpu.h"

struct AFFINE large_change {
    LIVE_POINTER(struct slab) record;
    BORROWS const struct mapped_pages_mut *mapping;
    BORROWS struct heap_piece *piece;
};

static void large_change_drop(TAKES(struct large_change) change);
OWNS(large_change, record);

static void large_change_end(TAKES(struct large_change) change)
{
    change->record = nullptr;
}

// Under the lock that large_make() held.
static void large_release(struct slab *record)
{
    OWNED(mapped_pages_mut, mapping);
    slab_take(record, &mapping);
}

// Runs after a fault only.
static void large_change_drop(TAKES(struct large_change) change)
{
    if (!change->record)
        return;
    if (change->mapping->size != 0)
        change->piece->start = nullptr;
    else if (change->piece->start)
        set_owner(change->record, OWNER_LARGE);
    else
        large_release(change->record);
    change->record = nullptr;
}

OWNERSHIP(large_change, record);

// Fills `piece` from the mapping, which it takes if there is a record for it.
static bool large_make(TAKES(struct mapped_pages_mut) mapping, FILLS(struct heap_piece) piece)
{
    HOLD(&state.lock);
    OWNED(large_change, change);
    struct slab_place place;
    if (start_records() != STATUS_OK || !slab_find_place(mapping, &place))
        return false;
    struct slab *record = place.slab;
    set_owner(record, OWNER_LARGE);
    FILL(&change, .record = record, .mapping = mapping, .piece = piece);
    slab_give(record, mapping);
    FILL(piece, .start = large_start(record));
    large_change_end(&change);
    return true;
}

static enum status large_allocate(size_t size, FILLS(struct heap_piece) piece)
{
    OWNED(mapped_pages_mut, mapping);
    if (size > SIZE_MAX - LARGE_HEADER)
        return STATUS_EXHAUSTED;
    TRY(take_memory(size + LARGE_HEADER, &mapping));
    return large_make(&mapping, piece) ? STATUS_OK : STATUS_EXHAUSTED;
}

static void large_drop(struct slab *record, TAKES(struct heap_piece) piece)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(large_change, change);
    heap_check(piece->start == large_start(record), piece->start);
    FILL(&change, .record = record, .mapping = &mapping, .piece = piece);
    slab_unmake(record, &mapping);
    piece->start = nullptr;
    large_change_end(&change);
}
