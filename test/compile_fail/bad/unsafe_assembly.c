// SPDX-License-Identifier: MIT
// An instruction.

void halt(void)
{
    asm volatile("hlt"); // expect: [cellcheck-unsafe]
}
