// SPDX-License-Identifier: MIT
// On the host the C library provides what the cell string gives to the system: nothing to add.
#include <libc/string.h>
