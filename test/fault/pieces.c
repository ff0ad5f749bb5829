// SPDX-License-Identifier: MIT
// A heap of a few pieces in the world, for what is made of pieces.
#include "world.h"

#include <memory/heap.h>

OWNERSHIP(heap_piece, start);

PRIMITIVE enum status heap_allocate(size_t size, FILLS(struct heap_piece) piece)
{
    for (size_t i = 0; i < HEAP_PIECES && size <= HEAP_PIECE; i++) {
        if (world.piece_used[i])
            continue;
        world.piece_used[i] = true;
        for (size_t j = 0; j < HEAP_PIECE; j++)
            world.pieces[i][j] = 0;
        FILL(piece, .start = world.pieces[i]);
        return STATUS_OK;
    }
    return STATUS_EXHAUSTED;
}

PRIMITIVE void heap_piece_drop(TAKES(struct heap_piece) piece)
{
    TAKE(taken, piece);
    for (size_t i = 0; i < HEAP_PIECES; i++) {
        if (taken.start != world.pieces[i])
            continue;
        world.torn += !world.piece_used[i];
        world.piece_used[i] = false;
        return;
    }
    world.torn++;
}
