// SPDX-License-Identifier: MIT
// A cell has no thread-local storage.

static _Thread_local int depth; // expect: [cellcheck-state]

int deeper(void)
{
    return ++depth;
}
