// SPDX-License-Identifier: MIT
// A raw pointer to a text in state.
#include <cell/annotations.h>

struct task {
    const char *name;
};

STATE struct task idle;

void name_it(void)
{
    idle.name = "idle"; // expect: [cellcheck-raw-static-pointer]
}
