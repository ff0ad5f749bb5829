// SPDX-License-Identifier: MIT
// A reason of no words.
#include <cell/annotations.h>

UNSAFE(INNOCUOUS, " ")
void halt(void) // expect: [cellcheck-unsafe-reason]
{
    asm volatile("hlt");
}
