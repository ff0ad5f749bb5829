// SPDX-License-Identifier: MIT
// The break of a switch does not leave the loop.

int tick(void);

void serve(void)
{
    do // expect: [cellcheck-blocks]
        switch (tick()) {
        case 1:
            break;
        }
    while (1);
}
