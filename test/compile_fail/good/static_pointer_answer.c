// SPDX-License-Identifier: MIT
// A text in the structure that a caller lends for the answer.
#include <cell/status.h>

struct problem {
    const char *reason;
};

enum status check(int value, struct problem *problem)
{
    if (value < 0)
        problem->reason = "it is negative";
    return value < 0 ? STATUS_INVALID : STATUS_OK;
}
