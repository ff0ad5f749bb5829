// SPDX-License-Identifier: MIT
/// The shape of the tree; private to area_tree.
#pragma once
#include <memory/area_tree.h>

/// Computes `gap` of an area from its neighbour, and `largest_gap` of it and of all above.
void gaps_renew(const struct area_tree *tree, struct area *area);

/// Hangs `area`, whose neighbours are set, into the tree between them.
void node_insert(struct area_tree *tree, struct area *area);

/// Takes `area`, whose neighbours still name it, out of the tree.
void node_remove(struct area_tree *tree, struct area *area);
