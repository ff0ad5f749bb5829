// SPDX-License-Identifier: MIT
/// box: a piece of the heap that is owned, and that drops what it holds.
///
///     empty --box_allocate, BOX_NEW--> owns zeroed content --box_drop--> empty
///
/// Zero owns nothing, so the content of a fresh box is empty and can be moved into or filled at
/// once:
///
///     OWNED(box, box);
///     TRY(BOX_NEW(node, &box));                 content: an empty struct node
///     struct node *node = BOX_CONTENT(node, &box);
///
/// Callers:    as the heap.
/// Live swap:  boxes stay valid: they name the heap's pieces and their content's type.
/// Fault:      a box whose drop faulted is dropped again: the content goes before the piece.
#pragma once
#include <stddef.h>

#include <cell/heap_piece.h>
#include <cell/ownership.h>
#include <cell/status.h>

/// The layout is frozen (docs/abi.md).
struct AFFINE box {
    union {
        LIVE_POINTER(void) content;
        struct heap_piece piece; ///< that the content lies in
    };
    const struct ownership_descriptor *descriptor; ///< of the content; null: it owns nothing
};

static_assert(sizeof(struct box) == 16 && offsetof(struct box, descriptor) == 8);

/// Fills `box` with `size` zeroed bytes, aligned to 16. `descriptor`: the content's; null: none.
/// STATUS_INVALID: size is 0. STATUS_EXHAUSTED: there is no memory.
enum status box_allocate(size_t size, const struct ownership_descriptor *descriptor,
                         FILLS(struct box) box);

/// Drops the content if it owns something, then gives the piece back.
void box_drop(TAKES(struct box) box);

OWNS(box, content);

/// Fills `box` with an empty `struct type`, which can own. Else as box_allocate.
#define BOX_NEW(type, box) box_allocate(sizeof(struct type), &type##_ownership, (box))

/// Borrows the `struct type` in a box. Panics if the box is empty or holds another type.
#define BOX_CONTENT(type, box) ((struct type *)box_content((box), &type##_ownership))

/// Borrows the content. Panics if the box is empty or its content's descriptor is another.
UNSAFE(INNOCUOUS, "the instruction that panics")
static inline void *box_content(const struct box *box,
                                const struct ownership_descriptor *descriptor)
{
    if (!box->content || box->descriptor != descriptor)
        PANIC(PANIC_WRONG_TYPE);
    return box->content;
}
