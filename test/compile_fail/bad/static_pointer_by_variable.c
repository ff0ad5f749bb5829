// SPDX-License-Identifier: MIT
// By way of a local variable.
#include <cell/annotations.h>

struct task {
    const char *name;
};

STATE struct task idle;

void name_it(void)
{
    const char *const name = "idle";
    idle.name = name; // expect: [cellcheck-raw-static-pointer]
}
