// SPDX-License-Identifier: MIT
/// types: what is made of owners.
#pragma once
#include "world.h"

#include <memory/box.h>

/// Two resources.
struct AFFINE pair {
    struct resource left;
    struct resource right;
    LIVE_WORD uint8_t made;
};

/// Four.
struct AFFINE row {
    LIVE_WORD uint32_t made;
    struct resource items[4];
};

/// A node of a list, in a box.
struct AFFINE node {
    struct box next;
    struct resource item;
    LIVE_WORD uint16_t made;
};

/// A list: its first node's box.
struct AFFINE list {
    struct box first;
    LIVE_WORD uint64_t made;
};

enum status pair_make(FILLS(struct pair) pair);
enum status row_make(unsigned count, FILLS(struct row) row);
enum status list_push(struct list *list);
void list_make(FILLS(struct list) list);

void pair_drop(TAKES(struct pair) pair);
void row_drop(TAKES(struct row) row);
void node_drop(TAKES(struct node) node);
void list_drop(TAKES(struct list) list);

OWNS(pair, made);
OWNS(row, made);
OWNS(node, made);
OWNS(list, made);
