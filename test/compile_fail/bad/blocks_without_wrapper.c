// SPDX-License-Identifier: MIT
// What blocks is called again after a swap.
#include <cell/annotations.h>
#include <cell/status.h>

BLOCKS enum status wait_for_key(int *key);

BLOCKS enum status read_line(int *key)
{
    return wait_for_key(key); // expect: [cellcheck-blocks]
}
