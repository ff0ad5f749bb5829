// SPDX-License-Identifier: MIT
// A loop without end in a function that is not BLOCKS.

void tick(void);

void serve(void)
{
    for (;;) // expect: [cellcheck-blocks]
        tick();
}
