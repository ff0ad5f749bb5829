// SPDX-License-Identifier: MIT
// M.2: a constant offset that is wrong for the type does not compile.
#include <memory/device_memory.h>

struct registers {
    READ_WRITE(uint32_t) control;
};

uint32_t control(const struct device_memory *device)
{
    return DEVICE_REGISTERS(struct registers, device, 4)->control +
           DEVICE_REGISTERS(struct registers, device, 2)->control; // expect: not aligned
}
