// SPDX-License-Identifier: MIT
// M.2: where both sizes are constants, registers beyond the device do not compile.
#include <memory/device_memory.h>

struct registers {
    READ_WRITE(uint32_t) control[4];
};

DEVICE_BLOCK(timer_block, 64);

uint32_t control(const struct timer_block *timer)
{
    return BLOCK_REGISTERS(struct registers, timer, 48)->control[0] +
           BLOCK_REGISTERS(struct registers, timer, 52)->control[0]; // expect: beyond the device
}
