// SPDX-License-Identifier: MIT
// Loops with an end.

bool tick(void);

int count(void)
{
    for (int i = 0; i < 3; i++)
        tick();
    while (tick())
        ;
    for (;;)
        if (tick())
            break;
    while (true)
        if (tick())
            return 3;
}
