// SPDX-License-Identifier: MIT
// Buffers of devices: frames go back unless a device may still write to them; then they are in
// quarantine, and only then.
#include "devices_world.h"
#include "scenarios.h"
#include "world.h"

#include <memory/dma_buffer.h>
#include <memory/frame_allocator.h>

#define RUN(call)                                                                                  \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            return;                                                                                \
    } while (0)

static const struct dma_request request = {.size = FRAME_SIZE + 1, .reach = DMA_REACH_32_BIT};

const char *world_parts_fault(void)
{
    if (devices.memory != devices.quarantined)
        return "frames are lost";
    if (devices.running & ~devices.quarantined)
        return "a device writes to frames that are free";
    return devices.pages ? "pages are lost" : nullptr;
}

// `device` is what it writes to. It stops when it is asked for the second time.
static enum status stop(void *device)
{
    uint64_t *asked = device;
    if ((*asked)++ == 0)
        return STATUS_WOULD_BLOCK;
    devices.running = 0;
    return STATUS_OK;
}

static enum status refuse([[maybe_unused]] void *device)
{
    return STATUS_TIMEOUT;
}

// From here on a device writes to the buffer.
static enum status start(struct dma_buffer *buffer, enum status (*function)(void *device),
                         uint64_t *asked)
{
    OWNED(dma_stop, binding);
    BIND(&binding, function);
    TRY(dma_buffer_start(buffer, &binding, asked));
    devices.running = UINT64_C(3) << dma_buffer_physical(buffer, 0) / FRAME_SIZE;
    return STATUS_OK;
}

static void is_never_used(void)
{
    OWNED(dma_buffer, buffer);
    OWNED(dma_buffer, owner);
    RUN(dma_buffer_allocate(&request, &buffer));
    MOVE_TO(&owner, &buffer);
    dma_buffer_drop(&owner);
    world.torn += devices.quarantined != 0;
    RUN(dma_buffer_allocate(&request, &buffer));
}

static void is_stopped(void)
{
    uint64_t asked = 0;
    OWNED(dma_buffer, buffer);
    RUN(dma_buffer_allocate(&request, &buffer));
    RUN(start(&buffer, stop, &asked));
    dma_buffer_drop(&buffer);
    world.torn += devices.quarantined != 0;
}

static void does_not_stop(void)
{
    uint64_t asked = 0;
    OWNED(dma_buffer, buffer);
    RUN(dma_buffer_allocate(&request, &buffer));
    RUN(start(&buffer, refuse, &asked));
    dma_buffer_drop(&buffer);
    world.torn += devices.quarantined == 0;
}

static void is_started_once(void)
{
    uint64_t asked = 1;
    OWNED(dma_buffer, buffer);
    OWNED(dma_stop, second);
    RUN(dma_buffer_allocate(&request, &buffer));
    RUN(start(&buffer, stop, &asked));
    BIND(&second, stop);
    if (dma_buffer_start(&buffer, &second, &asked) != STATUS_BUSY || !second.binding.target)
        world.torn++;
}

const struct scenario scenarios[] = {
    {"is never used", is_never_used},
    {"is stopped", is_stopped},
    {"does not stop", does_not_stop},
    {"is started once", is_started_once},
    {},
};

// Wrong: the whole says that it owns nothing while its part still does.
static void emptied_before_its_part(void)
{
    OWNED(dma_buffer, buffer);
    RUN(dma_buffer_allocate(&request, &buffer));
    buffer.size = 0;
    mapped_pages_mut_drop(&buffer.mapping);
}

const struct scenario broken_scenarios[] = {
    {"emptied before its part", emptied_before_its_part},
    {},
};
