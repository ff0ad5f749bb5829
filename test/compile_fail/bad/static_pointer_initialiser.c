// SPDX-License-Identifier: MIT
// A raw pointer in the initialiser of state.
#include <cell/annotations.h>

int serial_read(void);

struct device {
    int (*read)(void);
};

STATE struct device serial = {.read = serial_read}; // expect: [cellcheck-raw-static-pointer]
