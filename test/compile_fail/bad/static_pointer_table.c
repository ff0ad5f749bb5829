// SPDX-License-Identifier: MIT
// A raw pointer to a table of operations in an object elsewhere.

struct operations {
    int (*read)(void);
};
struct device {
    const struct operations *operations;
};

static const struct operations serial_operations = {};

void install(struct device *device)
{
    device->operations = &serial_operations; // expect: [cellcheck-raw-static-pointer]
}
