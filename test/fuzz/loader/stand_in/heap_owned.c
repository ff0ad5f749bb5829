// SPDX-License-Identifier: MIT
// The heap: pieces of the C library, which its sanitizer guards. They are counted, and any one of
// them can be refused.
#include <stdlib.h>

#include <memory/heap.h>

#include "test/fuzz/loader/world.h"

enum : size_t { LARGEST = 64 << 20 };

enum status heap_allocate(size_t size, FILLS(struct heap_piece) piece)
{
    if (size == 0)
        return STATUS_INVALID;
    if (size > LARGEST || stand_in_refuses())
        return STATUS_EXHAUSTED;
    void *memory = calloc(1, size);
    if (!memory)
        return STATUS_EXHAUSTED;
    stand_in_used.pieces++;
    FILL(piece, .start = memory);
    return STATUS_OK;
}

void heap_piece_drop(TAKES(struct heap_piece) piece)
{
    if (!piece->start)
        return;
    TAKE(taken, piece);
    stand_in_used.pieces--;
    free(taken.start);
}

OWNERSHIP(heap_piece, start);
