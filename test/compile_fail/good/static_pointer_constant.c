// SPDX-License-Identifier: MIT
// Constants may point to functions, tables and texts of their cell.

int serial_read(void);

struct operations {
    int (*read)(void);
    const char *name;
};

static const struct operations serial_operations = {.read = serial_read, .name = "serial"};

int read_serial(void)
{
    const struct operations *const operations = &serial_operations;
    return operations->read();
}
