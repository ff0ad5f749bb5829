// SPDX-License-Identifier: MIT
// A whole structure with a raw pointer in it.

int serial_read(void);

struct device {
    int (*read)(void);
    int number;
};

void install(struct device *device)
{
    *device =
        (struct device){.read = serial_read, .number = 1}; // expect: [cellcheck-raw-static-pointer]
}
