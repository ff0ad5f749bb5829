// SPDX-License-Identifier: MIT
/// heap_piece: a piece of the heap, whose functions are those of <memory/heap.h>. The type stands
/// here so that what is made of a piece, such as a box, shows in its header that it is one.
#pragma once
#include <cell/annotations.h>

struct AFFINE heap_piece {
    LIVE_POINTER(void) start; ///< null: owns nothing
};
