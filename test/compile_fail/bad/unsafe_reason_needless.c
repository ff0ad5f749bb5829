// SPDX-License-Identifier: MIT
// Nothing in it is unsafe.
#include <cell/annotations.h>

UNSAFE(INNOCUOUS, "it was, once")
int three(void) // expect: [cellcheck-unsafe-reason]
{
    return 3;
}
