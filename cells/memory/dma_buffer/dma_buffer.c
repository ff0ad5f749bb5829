// SPDX-License-Identifier: MIT
// A mapping of adjacent frames, and what to do before it may be dropped.
//
// Live swap:  nothing is remembered.
// Fault:      see dma_buffer.h.
#include <cell/spin_lock.h>
#include <memory/dma_buffer.h>
#include <memory/frame_allocator.h>
#include <memory/page_allocator.h>

enum : uint64_t { FRAMES_IN_4_GIB = UINT64_C(1) << 20 };
enum { STOP_ATTEMPTS = 1 << 20 };

BINDING_OWNERSHIP(dma_stop);

static enum status map(const struct dma_request *request, FILLS(struct mapped_pages_mut) mapping,
                       uint64_t *physical)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    const uint64_t count = request->size / FRAME_SIZE + (request->size % FRAME_SIZE != 0);
    const struct frame_request wanted = {
        .count = count,
        .alignment = request->alignment / FRAME_SIZE,
        .limit = request->reach == DMA_REACH_32_BIT ? FRAMES_IN_4_GIB : 0,
    };
    TRY(frames_allocate_for(&wanted, &frames));
    TRY(pages_allocate(PAGES_HEAP, count, &pages));
    *physical = frames.first * FRAME_SIZE;
    if (request->caching == DMA_UNCACHED)
        return map_uncached(&pages, &frames, mapping);
    return map_writable(&pages, &frames, mapping);
}

enum status dma_buffer_allocate(const struct dma_request *request, FILLS(struct dma_buffer) buffer)
{
    OWNED(mapped_pages_mut, mapping);
    uint64_t physical;
    const uint64_t alignment = request->alignment;
    if (request->size == 0 || (alignment & (alignment - 1)) != 0)
        return STATUS_INVALID;
    TRY(map(request, &mapping, &physical));
    const struct bytes bytes = mapped_bytes_mut(&mapping);
    for (size_t i = 0; i < bytes.length; i++)
        bytes.pointer[i] = 0;
    FILL(buffer, .physical = physical, .state = DMA_IDLE, .size = request->size);
    if (buffer->mapping.size == 0) // as FILL has left it
        MOVE_TO(&buffer->mapping, &mapping);
    return STATUS_OK;
}

enum status dma_buffer_start(struct dma_buffer *buffer, TAKES(struct dma_stop) stop, void *device)
{
    if (buffer->size == 0 || !stop->binding.target)
        return STATUS_INVALID;
    if (buffer->state != DMA_IDLE || buffer->stop.binding.target)
        return STATUS_BUSY;
    buffer->device = device;
    MOVE_TO(&buffer->stop, stop);
    buffer->state = DMA_IN_USE;
    return STATUS_OK;
}

static bool stops(const struct dma_buffer *buffer)
{
    for (unsigned i = 0; i < STOP_ATTEMPTS; i++) {
        const enum status status = CALL(&buffer->stop, buffer->device);
        if (status != STATUS_WOULD_BLOCK)
            return status == STATUS_OK;
        spin_pause();
    }
    return false;
}

void dma_buffer_drop(TAKES(struct dma_buffer) buffer)
{
    if (buffer->size == 0)
        return;
    if (buffer->state == DMA_STOPPING) {
        buffer->state = DMA_LOST; // a fault ended the attempt
    } else if (buffer->state == DMA_IN_USE) {
        buffer->state = DMA_STOPPING;
        buffer->state = stops(buffer) ? DMA_IDLE : DMA_LOST;
    }
    if (buffer->state == DMA_LOST)
        mapped_pages_mut_quarantine(&buffer->mapping);
    else
        mapped_pages_mut_drop(&buffer->mapping);
    dma_stop_drop(&buffer->stop);
    buffer->size = 0;
}

OWNERSHIP(dma_buffer, size);

struct bytes dma_buffer_bytes(const struct dma_buffer *buffer)
{
    return SLICE_PART(mapped_bytes_mut(&buffer->mapping), 0, buffer->size);
}

uint64_t dma_buffer_physical(const struct dma_buffer *buffer, uint64_t offset)
{
    slice_check(offset < buffer->size);
    return buffer->physical + offset;
}
