// SPDX-License-Identifier: MIT
// What blocks must be able to say STATUS_EVOLVED.
#include <cell/annotations.h>

BLOCKS int wait_for_key(void); // expect: [cellcheck-blocks]
