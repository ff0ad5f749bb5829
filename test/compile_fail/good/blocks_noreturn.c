// SPDX-License-Identifier: MIT
// A function that never returns may loop for ever.

void tick(void);

[[noreturn]] void serve(void)
{
    for (;;)
        tick();
}
