// SPDX-License-Identifier: MIT
// A box is a piece of the heap with a type. The heap fills and takes the piece in the box itself,
// so that a box costs nothing beyond the piece. While the content is not known to be zero, the box
// owns a piece without a type. The content is dropped in place, before the piece: a drop that
// faulted can begin again.
//
// Live swap:  nothing is remembered.
// Fault:      see box.h.
#include <memory/box.h>
#include <memory/heap.h>

enum status box_allocate(size_t size, const struct ownership_descriptor *descriptor,
                         FILLS(struct box) box)
{
    if (size == 0 || (descriptor && descriptor->size > size))
        return STATUS_INVALID;
    box->descriptor = nullptr;
    TRY(heap_allocate(size, &box->piece));
    box->descriptor = descriptor;
    return STATUS_OK;
}

void box_drop(TAKES(struct box) box)
{
    if (!box->content)
        return;
    if (box->descriptor)
        box->descriptor->drop(box->content);
    heap_piece_drop(&box->piece);
    box->content = nullptr; // the same word: for the checker
}

OWNERSHIP(box, content);
