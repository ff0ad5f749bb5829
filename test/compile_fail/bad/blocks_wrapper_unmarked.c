// SPDX-License-Identifier: MIT
// The wrapper does not make its user one that may block.
#include <cell/blocks.h>

BLOCKS enum status wait_for_key(int *key);

enum status read_line(int *key)
{
    return BLOCKING(wait_for_key(key)); // expect: [cellcheck-blocks]
}
