// SPDX-License-Identifier: MIT
/// Namespaces as owners, and the list of them; private to cell_namespace.
#pragma once
#include <cell/cell_namespace.h>
#include <cell/lock.h>
#include <memory/box.h>

/// Cells that a fork keeps, though they live below: the content of a box.
struct AFFINE namespace_kept {
    LIVE_WORD size_t capacity;
    size_t count;
    struct cell_reference cells[];
};

void namespace_kept_drop(TAKES(struct namespace_kept) kept);
OWNS(namespace_kept, capacity);

/// A namespace with what it owns: the content of the box that `struct namespace_reference` shares.
struct AFFINE owned_namespace {
    LIVE_WORD uint64_t begun;
    struct cell_namespace facts;
    char name[NAMESPACE_NAME + 1];
    uint64_t settled;     // of a fork: cells up to this number need nothing that it replaced
    uint64_t settled_all; // the least of that, of this namespace and those below
    uint64_t spaces[NAMESPACE_DEPTH];    // numbers from this namespace down, `facts.depth` of them
    struct namespace_reference bases[2]; // one of them is empty, but while it takes over its base
    uint32_t lower;                      // which of them counts
    struct box kept;                     // of struct namespace_kept
    struct namespace_reference self;     // while its name means it
    struct weak itself;
    BORROWS struct owned_namespace *next; // in the list, older
};

void owned_namespace_drop(TAKES(struct owned_namespace) dropped);
OWNS(owned_namespace, begun);

/// All namespaces that are owned, newest first. A link is changed by one store, with the lock held.
struct namespace_list {
    struct spin_lock lock;
    struct owned_namespace *newest GUARDED_BY(&lock);
    uint64_t last_number GUARDED_BY(&lock);
    struct namespace_reference current GUARDED_BY(&lock); // empty: `application`
};

struct owned_namespace *owned_namespace_of(const struct namespace_reference *reference);

/// Its base; an empty one for `kernel`.
const struct namespace_reference *base_of(const struct owned_namespace *layer);

/// The namespace below, or null.
const struct owned_namespace *layer_below(const struct owned_namespace *layer);

/// Notes what lies below, as `layer` has it now.
void note_stack(struct owned_namespace *layer);

/// Fills `box` with a fork's owners of the cells that are pinned in what it sees.
enum status keep_pinned(const struct namespace_reference *base, FILLS(struct box) box);
