// SPDX-License-Identifier: MIT
// Areas come from the heap, one piece each. Finding a gap descends by the largest gaps below, to
// the lowest that is large enough; finding an address descends by address.
//
// Live swap:  nothing is remembered.
// Fault:      see area_tree.h.
#include <memory/area_tree.h>
#include <memory/heap.h>

#include "balance.h"

UNSAFE(INNOCUOUS, "the area owns the piece that it lies in, and the tree the area")
static enum status make_area(struct area **area)
{
    OWNED(heap_piece, piece);
    TRY(heap_allocate(sizeof **area, &piece));
    *area = piece.start;
    MOVE_TO(&(*area)->piece, &piece);
    return STATUS_OK;
}

static void free_area(struct area *area)
{
    OWNED(heap_piece, piece);
    MOVE_TO(&piece, &area->piece); // for the slot goes with the piece
}

void area_tree_start(uint64_t start, uint64_t end, FILLS(struct area_tree) tree)
{
    FILL(tree, .start = start, .end = end);
}

PRIMITIVE void area_tree_drop(TAKES(struct area_tree) tree)
{
    if (tree->end == 0)
        return;
    TAKE(taken, tree);
    while (taken.first) {
        struct area *after = taken.first->after;
        free_area(taken.first);
        taken.first = after;
    }
}

OWNERSHIP(area_tree, end);

struct area *area_find(const struct area_tree *tree, uint64_t address)
{
    struct area *area = tree->root;
    while (area && (address < area->start || address >= area->end))
        area = address < area->start ? area->left : area->right;
    return area;
}

// The lowest area before which there are `room` free bytes, or null.
static struct area *area_after_gap(const struct area_tree *tree, uint64_t room)
{
    struct area *area = tree->root;
    if (!area || area->largest_gap < room)
        return nullptr;
    for (;;) {
        if (area->left && area->left->largest_gap >= room)
            area = area->left;
        else if (area->gap >= room)
            return area;
        else
            area = area->right;
    }
}

static bool joins(const struct area *lower, const struct area *upper)
{
    return lower && upper && lower->end == upper->start && lower->protection == upper->protection;
}

static void unlink(struct area_tree *tree, struct area *area)
{
    node_remove(tree, area);
    *(area->before ? &area->before->after : &tree->first) = area->after;
    *(area->after ? &area->after->before : &tree->last) = area->before;
    tree->count--;
    free_area(area);
}

// Joins two neighbours, of which `lower` stays.
static void join(struct area_tree *tree, struct area *lower, struct area *upper)
{
    const uint64_t end = upper->end;
    unlink(tree, upper);
    lower->end = end;
    gaps_renew(tree, lower->after);
}

static void join_neighbours(struct area_tree *tree, struct area *area)
{
    if (joins(area, area->after))
        join(tree, area, area->after);
    if (joins(area->before, area))
        join(tree, area->before, area);
}

enum status area_insert(struct area_tree *tree, uint64_t size, uint64_t guard, unsigned protection,
                        uint64_t *address)
{
    struct area *after = area_after_gap(tree, guard + size);
    struct area *before = after ? after->before : tree->last;
    const uint64_t start = (before ? before->end : tree->start) + guard;
    struct area *area;
    if (!after && (start > tree->end || tree->end - start < size))
        return STATUS_EXHAUSTED;
    TRY(make_area(&area));
    area->start = start;
    area->end = start + size;
    area->before = before;
    area->after = after;
    area->protection = protection;
    *(before ? &before->after : &tree->first) = area;
    *(after ? &after->before : &tree->last) = area;
    node_insert(tree, area);
    tree->count++;
    *address = start;
    join_neighbours(tree, area);
    return STATUS_OK;
}

void area_protect(struct area_tree *tree, struct area *area, unsigned protection)
{
    area->protection = protection;
    join_neighbours(tree, area);
}

void area_remove(struct area_tree *tree, struct area *area)
{
    unlink(tree, area);
}
