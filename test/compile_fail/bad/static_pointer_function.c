// SPDX-License-Identifier: MIT
// A raw pointer to a function in state.
#include <cell/annotations.h>

void on_key(int key);

STATE void (*handler)(int key);

void install(void)
{
    handler = on_key; // expect: [cellcheck-raw-static-pointer]
}
