// SPDX-License-Identifier: MIT
// The cell cell_metadata without hook.c: START and STOP of a cell for another machine's code are
// not called, but noted. `main` is asked for, and never called.
// NOLINTBEGIN(bugprone-suspicious-include): all of the cell but one file
#define CELL_NAME "cell_metadata"
#include "cells/cell/cell_metadata/cell_metadata.c"
#include "cells/cell/cell_metadata/registry.c"
#include "cells/cell/cell_metadata/symbols.c"
// NOLINTEND(bugprone-suspicious-include)

#include "test/fuzz/loader/world.h"

enum status cell_call_hook(uint64_t address)
{
    return stand_in_hook(address);
}
