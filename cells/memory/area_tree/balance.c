// SPDX-License-Identifier: MIT
// The textbook's red-black tree, with null for its black leaves. A rotation changes two subtrees
// and recomputes the gaps of those two; what is above them holds the same areas as before.
//
// Source: Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, chapter 13.
//
// Live swap:  nothing is remembered.
// Fault:      see area_tree.h.
#include "balance.h"

static uint64_t largest_of(const struct area *area)
{
    return area ? area->largest_gap : 0;
}

// Whether that changed it.
static bool renew_largest(struct area *area)
{
    uint64_t largest = area->gap;
    if (largest_of(area->left) > largest)
        largest = largest_of(area->left);
    if (largest_of(area->right) > largest)
        largest = largest_of(area->right);
    const bool changed = area->largest_gap != largest;
    area->largest_gap = largest;
    return changed;
}

static void renew_above(struct area *area)
{
    while (area && renew_largest(area))
        area = area->parent;
}

void gaps_renew(const struct area_tree *tree, struct area *area)
{
    if (!area)
        return;
    area->gap = area->start - (area->before ? area->before->end : tree->start);
    renew_above(area);
}

// Puts `child`, which may be null, where `area` hung.
static void replace(struct area_tree *tree, const struct area *area, struct area *child)
{
    if (!area->parent)
        tree->root = child;
    else if (area->parent->left == area)
        area->parent->left = child;
    else
        area->parent->right = child;
    if (child)
        child->parent = area->parent;
}

// Raises the right child above `area`, or the left one.
static void rotate(struct area_tree *tree, struct area *area, bool to_left)
{
    struct area *child = to_left ? area->right : area->left;
    struct area *inner = to_left ? child->left : child->right;
    replace(tree, area, child);
    area->parent = child;
    if (to_left) {
        child->left = area;
        area->right = inner;
    } else {
        child->right = area;
        area->left = inner;
    }
    if (inner)
        inner->parent = area;
    (void)renew_largest(area);
    (void)renew_largest(child);
}

static bool is_red(const struct area *area)
{
    return area && area->red;
}

static void balance_insertion(struct area_tree *tree, struct area *area)
{
    while (is_red(area->parent)) {
        struct area *parent = area->parent;
        struct area *above = parent->parent;
        const bool left = above->left == parent;
        struct area *uncle = left ? above->right : above->left;
        if (is_red(uncle)) {
            parent->red = uncle->red = false;
            above->red = true;
            area = above;
            continue;
        }
        if (area == (left ? parent->right : parent->left)) {
            rotate(tree, parent, left);
            parent = area;
        }
        parent->red = false;
        above->red = true;
        rotate(tree, above, !left);
        break;
    }
    tree->root->red = false;
}

// Of two neighbours in the tree, the lower has no right child or the upper no left one.
void node_insert(struct area_tree *tree, struct area *area)
{
    struct area *before = area->before;
    struct area *after = area->after;
    area->left = area->right = nullptr;
    area->red = true;
    area->parent = after && !after->left ? after : before;
    if (!area->parent)
        tree->root = area;
    else if (area->parent == after)
        after->left = area;
    else
        before->right = area;
    area->largest_gap = 0;
    gaps_renew(tree, area);
    gaps_renew(tree, after);
    balance_insertion(tree, area);
}

// The subtree at `area`, which may be null, lacks a black node; it hangs below `parent`.
static void balance_removal(struct area_tree *tree, struct area *area, struct area *parent)
{
    while (parent && !is_red(area)) {
        const bool left = parent->left == area;
        struct area *sibling = left ? parent->right : parent->left;
        if (is_red(sibling)) {
            sibling->red = false;
            parent->red = true;
            rotate(tree, parent, left);
            sibling = left ? parent->right : parent->left;
        }
        struct area *inner = left ? sibling->left : sibling->right;
        struct area *outer = left ? sibling->right : sibling->left;
        if (!is_red(inner) && !is_red(outer)) {
            sibling->red = true;
            area = parent;
            parent = area->parent;
            continue;
        }
        if (!is_red(outer)) {
            inner->red = false;
            sibling->red = true;
            rotate(tree, sibling, !left);
            outer = sibling;
            sibling = inner;
        }
        sibling->red = parent->red;
        parent->red = outer->red = false;
        rotate(tree, parent, left);
        return;
    }
    if (area)
        area->red = false;
}

// Puts the next area by address, the lowest of the right subtree, in the place of `area`. Returns
// what hangs below the gap that this leaves, and sets where the gap is and whether it was black.
static struct area *replace_by_next(struct area_tree *tree, struct area *area, struct area **parent,
                                    bool *black)
{
    struct area *next = area->after;
    struct area *child = next->right;
    *black = !next->red;
    *parent = next->parent == area ? next : next->parent;
    if (next->parent != area) {
        replace(tree, next, child);
        next->right = area->right;
        next->right->parent = next;
    }
    replace(tree, area, next);
    next->left = area->left;
    next->left->parent = next;
    next->red = area->red;
    return child;
}

void node_remove(struct area_tree *tree, struct area *area)
{
    struct area *parent = area->parent;
    struct area *child = area->left ? area->left : area->right;
    struct area *after = area->after;
    bool black = !area->red;
    if (area->left && area->right)
        child = replace_by_next(tree, area, &parent, &black);
    else
        replace(tree, area, child);
    if (after)
        after->gap += area->end - area->start + area->gap;
    for (struct area *above = parent; above; above = above->parent)
        (void)renew_largest(above);
    if (after)
        renew_above(after);
    if (black)
        balance_removal(tree, child, parent);
}
