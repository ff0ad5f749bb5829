// SPDX-License-Identifier: MIT
// Everything in one translation unit, so that makers, takers and drops are inlined where they can.
// NOLINTBEGIN(bugprone-suspicious-include): that is the point
#include "broken.c"
#include "no_parts.c"
#include "pieces.c"
#include "scenarios.c"
#include "types.c"
#include "world.c"

#include "cells/fault/ownership_walk/ownership_walk.c"
#include "cells/memory/box/box.c"
#include "cells/memory/shared/shared.c"
// NOLINTEND(bugprone-suspicious-include)
