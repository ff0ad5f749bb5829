// SPDX-License-Identifier: MIT
// A BLOCKS function calls another, again after a swap.
#include <cell/annotations.h>
#include <cell/status.h>

BLOCKS enum status wait_for_key(int *key);

BLOCKS enum status read_line(int *key)
{
    enum status status;
    do
        status = wait_for_key(key);
    while (status == STATUS_EVOLVED);
    return status;
}
