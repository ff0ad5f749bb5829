// SPDX-License-Identifier: MIT
// An application's main that blocks.
#include <cell/annotations.h>
#include <cell/status.h>

BLOCKS enum status wait_for_key(int *key);
BLOCKS int main(int argc, char *argv[]);

int main(int argc, char *argv[])
{
    (void)argv;
    int key = argc;
    enum status status;
    do
        status = wait_for_key(&key);
    while (status == STATUS_EVOLVED);
    return status == STATUS_OK ? 0 : -1;
}
