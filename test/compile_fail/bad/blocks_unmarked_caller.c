// SPDX-License-Identifier: MIT
// A function that calls one that blocks, blocks.
#include <cell/annotations.h>
#include <cell/status.h>

BLOCKS enum status wait_for_key(int *key);

enum status read_line(int *key)
{
    return wait_for_key(key); // expect: [cellcheck-blocks]
}
