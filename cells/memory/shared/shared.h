// SPDX-License-Identifier: MIT
/// shared: one box with many owners. The last one that is dropped drops the content. A `weak`
/// reference does not keep the content and tells whether it is still there.
///
///     box --shared_from--> shared --shared_share--> one more shared --shared_drop--> one less
///                          shared --shared_weaken--> weak --weak_share--> shared, if still there
///
/// Two shared references to one box have equal bits and are two owners all the same.
///
/// Callers:    as the heap; the counts are atomic, so owners may live in different tasks.
/// Live swap:  references stay valid.
/// Fault:      counting and filling are one primitive; a last owner whose drop faulted is dropped
///             again.
#pragma once
#include <stdint.h>

#include <cell/heap_piece.h>
#include <cell/ownership.h>
#include <cell/status.h>
#include <memory/box.h>

struct shared_block; ///< the counts and the box

struct AFFINE shared {
    union {
        LIVE_POINTER(struct shared_block) block;
        struct heap_piece piece; ///< that the block lies in
    };
};

struct AFFINE weak {
    union {
        LIVE_POINTER(struct shared_block) block;
        struct heap_piece piece; ///< that the block lies in
    };
};

/// Takes `box` and fills `shared` with its first owner.
/// STATUS_INVALID: `box` is empty. STATUS_EXHAUSTED: there is no memory; `box` still owns.
enum status shared_from(TAKES(struct box) box, FILLS(struct shared) shared);

/// Fills `other` with one more owner of what `shared` owns.
/// STATUS_INVALID: `shared` is empty. STATUS_OVERFLOW: there are 2^32 - 1 already.
enum status shared_share(const struct shared *shared, FILLS(struct shared) other);

/// Fills `weak` with a reference to what `shared` owns. Statuses as shared_share.
enum status shared_weaken(const struct shared *shared, FILLS(struct weak) weak);

/// Fills `shared` with one more owner of what `weak` refers to.
/// STATUS_INVALID: `weak` is empty. STATUS_NOT_FOUND: the last owner is gone.
/// STATUS_OVERFLOW: there are 2^32 - 1 already.
enum status weak_share(const struct weak *weak, FILLS(struct shared) shared);

/// Borrows the box that `shared`, which must not be empty, owns with others. What is in it is
/// shared too: it needs a lock of its own to be changed.
const struct box *shared_box(const struct shared *shared);

/// How many owners there are; for tests and displays.
uint32_t shared_count(const struct shared *shared);

void shared_drop(TAKES(struct shared) shared);
void weak_drop(TAKES(struct weak) weak);

OWNS(shared, block);
OWNS(weak, block);
