// SPDX-License-Identifier: MIT
/// port_io on the host: accesses go to the test's model of a device, byte by byte.
#include <cpu/port_io.h>
#include <test/host/port_io.h>

static struct port_model *used_model;

void port_model_use(struct port_model *model)
{
    used_model = model;
}

static bool has_device(uint16_t port)
{
    return used_model && port >= used_model->first && port <= used_model->last;
}

uint8_t port_read_8(uint16_t port)
{
    return has_device(port) ? used_model->read(used_model, port - used_model->first) : 0xFF;
}

uint16_t port_read_16(uint16_t port)
{
    return (uint16_t)(port_read_8(port) | port_read_8(port + 1) << 8);
}

uint32_t port_read_32(uint16_t port)
{
    return port_read_16(port) | (uint32_t)port_read_16(port + 2) << 16;
}

void port_write_8(uint16_t port, uint8_t value)
{
    if (has_device(port))
        used_model->write(used_model, port - used_model->first, value);
}

void port_write_16(uint16_t port, uint16_t value)
{
    port_write_8(port, (uint8_t)value);
    port_write_8(port + 1, (uint8_t)(value >> 8));
}

void port_write_32(uint16_t port, uint32_t value)
{
    port_write_16(port, (uint16_t)value);
    port_write_16(port + 2, (uint16_t)(value >> 16));
}
