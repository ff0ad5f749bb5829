// SPDX-License-Identifier: MIT
// The content is dropped in place, before the box is touched: a drop that faulted can begin again.
// The piece changes hands in two primitives, with the heap's functions within them.
//
// Live swap:  nothing is remembered.
// Fault:      see box.h; within a primitive the heap's rules hold.
#include <memory/box.h>
#include <memory/heap.h>

PRIMITIVE static enum status take_piece(size_t size, const struct ownership_descriptor *descriptor,
                                        FILLS(struct box) box)
{
    void *piece;
    TRY(heap_allocate(size, &piece));
    FILL(box, .content = piece, .descriptor = descriptor);
    return STATUS_OK;
}

PRIMITIVE static void give_piece(TAKES(struct box) box)
{
    TAKE(taken, box);
    heap_free(taken.content);
}

enum status box_allocate(size_t size, const struct ownership_descriptor *descriptor,
                         FILLS(struct box) box)
{
    if (size == 0 || (descriptor && descriptor->size > size))
        return STATUS_INVALID;
    return take_piece(size, descriptor, box);
}

void box_drop(TAKES(struct box) box)
{
    if (!box->content)
        return;
    if (box->descriptor)
        box->descriptor->drop(box->content);
    give_piece(box);
}

OWNERSHIP(box, content);
