// SPDX-License-Identifier: MIT
// The status of a call through the wrapper is a status like any other.
#include <cell/blocks.h>

BLOCKS enum status wait_for_key(int *key);

BLOCKS enum status read_line(int *key)
{
    BLOCKING(wait_for_key(key)); // expect: ignoring return value
    return STATUS_OK;
}
