// SPDX-License-Identifier: MIT
// The wrapper: in a BLOCKS function, within TRY, and in an application's main.
#include <cell/blocks.h>

BLOCKS enum status wait_for_key(int *key);

BLOCKS enum status wait_for_two(int *key)
{
    TRY(BLOCKING(wait_for_key(key)));
    return BLOCKING(wait_for_key(key));
}

BLOCKS int main(int argc, char *argv[]);

int main(int argc, char *argv[])
{
    (void)argv;
    return BLOCKING(wait_for_two(&argc)) == STATUS_OK ? 0 : -1;
}
