// SPDX-License-Identifier: MIT
// M.2: a register that can only be read is not written.
#include <memory/device_memory.h>

struct registers {
    READ_ONLY(uint64_t) capabilities;
    READ_WRITE(uint64_t) counter;
};

void reset(const struct device_memory *device)
{
    struct registers *registers = DEVICE_REGISTERS(struct registers, device, 0);
    registers->counter = 0;
    registers->capabilities = 0; // expect: cannot assign to non-static data member
}
