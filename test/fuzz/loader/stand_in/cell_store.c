// SPDX-License-Identifier: MIT
// The cell cell_store, and a way to begin anew: each execution has files of its own.
// NOLINTNEXTLINE(bugprone-suspicious-include): its state must be in reach
#include "cells/cell/cell_store/cell_store.c"

#include "test/fuzz/loader/world.h"

void stand_in_forget_files(void)
{
    state = (struct cell_store_state){};
}
