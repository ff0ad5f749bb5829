// SPDX-License-Identifier: MIT
// Makers and drops outside PRIMITIVE sections: a fault in the middle of each must be survived.
#include "types.h"

enum status pair_make(FILLS(struct pair) pair)
{
    OWNED(pair, parts);
    FILL(&parts, .made = 1);
    TRY(resource_make(&parts.left));
    TRY(resource_make(&parts.right));
    MOVE_TO(pair, &parts);
    return STATUS_OK;
}

void pair_drop(TAKES(struct pair) pair)
{
    if (!pair->made)
        return;
    resource_drop(&pair->left);
    resource_drop(&pair->right);
    pair->made = 0;
}

enum status row_make(unsigned count, FILLS(struct row) row)
{
    FILL(row, .made = 1);
    for (unsigned i = 0; i < count; i++) {
        OWNED(resource, item);
        TRY(resource_make(&item));
        MOVE_TO(&row->items[i], &item);
    }
    return STATUS_OK;
}

void row_drop(TAKES(struct row) row)
{
    if (!row->made)
        return;
    for (unsigned i = 0; i < 4; i++)
        resource_drop(&row->items[i]);
    row->made = 0;
}

// Drops a list of boxes in a loop: a box is dropped when the rest no longer hangs on it.
static void drop_boxes(TAKES(struct box) first)
{
    while (first->content) {
        OWNED(box, box);
        MOVE_TO(&box, first);
        MOVE_TO(first, &BOX_CONTENT(node, &box)->next);
    }
}

void node_drop(TAKES(struct node) node)
{
    if (!node->made)
        return;
    drop_boxes(&node->next);
    resource_drop(&node->item);
    node->made = 0;
}

void list_make(FILLS(struct list) list)
{
    FILL(list, .made = 1);
}

enum status list_push(struct list *list)
{
    OWNED(box, box);
    TRY(BOX_NEW(node, &box));
    struct node *node = BOX_CONTENT(node, &box);
    FILL(node, .made = 1);
    TRY(resource_make(&node->item));
    MOVE_TO(&node->next, &list->first);
    MOVE_TO(&list->first, &box);
    return STATUS_OK;
}

void list_drop(TAKES(struct list) list)
{
    if (!list->made)
        return;
    drop_boxes(&list->first);
    list->made = 0;
}

OWNERSHIP(pair, made);
OWNERSHIP(row, made);
OWNERSHIP(node, made);
OWNERSHIP(list, made);
