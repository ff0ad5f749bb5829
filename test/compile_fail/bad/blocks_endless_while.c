// SPDX-License-Identifier: MIT
// A break that leaves only the inner loop.

bool tick(void);

void serve(void)
{
    while (true) { // expect: [cellcheck-blocks]
        while (true)
            if (tick())
                break;
    }
}
