// SPDX-License-Identifier: MIT
/// dma_buffer: memory that a device reads and writes by itself.
///
///     nothing --allocate--> idle --start--> in use --drop--> nothing
///                             \                                ^
///                              `------------drop--------------'
///
/// Frames of such a buffer are adjacent, so that one physical address tells the device of them.
/// Whoever gives that address to a device says with dma_buffer_start() how the device is stopped.
/// Dropping the buffer stops it, and waits until it has; only then do the frames go back. A device
/// that does not stop keeps them: they are unmapped, counted, and never used again.
///
/// Callers:    any task on any CPU; not interrupt handlers.
/// Live swap:  buffers stay valid; the way to stop a device is a binding.
/// Fault:      restartable: the buffer notes how far its drop has come. A fault in the function
///             that stops the device counts as no answer.
#pragma once
#include <stdint.h>

#include <cell/binding.h>
#include <cell/slice.h>
#include <cell/status.h>
#include <memory/mapped_pages.h>

/// Makes a device stop to use the buffer, and waits for that no longer than a device may take.
/// STATUS_OK: it has. STATUS_WOULD_BLOCK: not yet, ask again. Others: it will not.
BINDING(dma_stop, enum status (*)(void *device));

struct AFFINE dma_buffer {
    struct mapped_pages_mut mapping;
    struct dma_stop stop;
    BORROWS void *device; ///< what `stop` is called with; it outlives the buffer
    uint64_t physical;    ///< address of the first byte
    enum dma_state { DMA_IDLE, DMA_IN_USE, DMA_STOPPING, DMA_LOST } state;
    LIVE_WORD uint64_t size; ///< in bytes; 0: nothing is owned
};

enum dma_reach {
    DMA_REACH_ALL,
    DMA_REACH_32_BIT, ///< below 4 GiB
};

enum dma_caching {
    DMA_CACHED, ///< for devices whose accesses are coherent, as they are on PCI
    DMA_UNCACHED,
};

struct dma_request {
    uint64_t size;      ///< in bytes
    uint64_t alignment; ///< of the physical address, a power of two; up to a page there is no more
    enum dma_reach reach;
    enum dma_caching caching;
};

/// Fills `buffer` with zeroed memory that no device knows of yet.
/// STATUS_INVALID: size is 0, or the alignment no power of two. STATUS_EXHAUSTED: there is none.
enum status dma_buffer_allocate(const struct dma_request *request, FILLS(struct dma_buffer) buffer);

/// From here on a device may use the buffer, until `stop`, called with `device`, says that it does
/// not. STATUS_BUSY: it is in use; nothing is taken. STATUS_INVALID: `stop` is empty.
enum status dma_buffer_start(struct dma_buffer *buffer, TAKES(struct dma_stop) stop, void *device);

/// Stops the device, waits, and gives the memory back, or keeps it in quarantine.
void dma_buffer_drop(TAKES(struct dma_buffer) buffer);

OWNS(dma_buffer, size);

/// All bytes.
struct bytes dma_buffer_bytes(const struct dma_buffer *buffer);

/// The address that a device knows the byte at `offset` by. Panics unless that lies within.
uint64_t dma_buffer_physical(const struct dma_buffer *buffer, uint64_t offset);
