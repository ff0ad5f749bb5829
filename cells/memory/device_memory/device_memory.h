// SPDX-License-Identifier: MIT
/// device_memory: the registers of a device, laid over its memory as a structure.
///
///     struct timer_registers {
///         READ_ONLY(uint64_t) capabilities;
///         uint64_t reserved;
///         READ_WRITE(uint64_t) configuration;
///     };
///
///     OWNED(device_memory, device);
///     TRY(device_memory_map(physical, sizeof(struct timer_registers), DEVICE_UNCACHED, &device));
///     struct timer_registers *timer = DEVICE_REGISTERS(struct timer_registers, &device, 0);
///     timer->configuration |= 1;               one load and one store
///     timer->capabilities = 0;                 does not compile
///
/// A device's frames are claimed: they are mapped once at most. Where the extent of a device is
/// known when compiling, DEVICE_BLOCK() makes a type that says so, and registers beyond it do not
/// compile.
///
/// Callers:    any task on any CPU; not interrupt handlers.
/// Live swap:  mappings stay valid; nothing here is remembered.
/// Fault:      atomic: device memory is a mapping, and what mapped_pages.h says holds for it. A
///             device may be left in the middle of what it was told; that is its driver's affair.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/ownership.h>
#include <cell/status.h>
#include <memory/mapped_pages.h>

struct AFFINE device_memory {
    struct mapped_pages_mut mapping;
    uint64_t offset;         ///< of the device's first byte in the mapping
    LIVE_WORD uint64_t size; ///< in bytes; 0: nothing is owned
};

enum device_caching {
    DEVICE_UNCACHED,
    DEVICE_WRITE_COMBINING, ///< writes are gathered: for framebuffers
};

/// Claims and maps `size` bytes of a device's memory at `physical`; neither needs to be a multiple
/// of a page. STATUS_INVALID: size is 0, or the run leaves the physical address space.
/// STATUS_DENIED: there is memory. STATUS_BUSY: some of it is mapped.
/// STATUS_EXHAUSTED: no frames for tables, no addresses or no claims left.
enum status device_memory_map(uint64_t physical, uint64_t size, enum device_caching caching,
                              FILLS(struct device_memory) device);

/// Unmaps; the claim ends.
void device_memory_drop(TAKES(struct device_memory) device);

OWNS(device_memory, size);

/// Fields of a structure of registers. Each access in the program is one access of the device.
#define READ_ONLY(type) const volatile type
#define READ_WRITE(type) volatile type

/// Borrows `size` bytes from `offset` on. Panics unless they lie within the device's memory and
/// the place is a multiple of `alignment`.
void *device_memory_object(const struct device_memory *device, uint64_t offset, uint64_t size,
                           uint64_t alignment);

/// Borrows the registers `type` at `offset`. A constant offset that is wrong for the type does not
/// compile; the rest is checked as device_memory_object() does.
#define DEVICE_REGISTERS(type, device, offset)                                                     \
    ((type *)device_memory_object((device), MAPPED_OFFSET(offset, type), sizeof(type),             \
                                  alignof(type)))

/// Declares `struct name`: device memory of `bytes` bytes.
///     DEVICE_BLOCK(hpet_block, 1024);
///     OWNED(hpet_block, hpet);
///     TRY(device_memory_map(physical, DEVICE_EXTENT(&hpet), DEVICE_UNCACHED, &hpet.memory));
#define DEVICE_BLOCK(name, bytes)                                                                  \
    struct AFFINE name {                                                                           \
        union {                                                                                    \
            struct device_memory memory;                                                           \
            const char (*extent)[bytes];                                                           \
        };                                                                                         \
    };                                                                                             \
    [[maybe_unused]] static inline void name##_drop(TAKES(struct name) slot)                       \
    {                                                                                              \
        device_memory_drop(&slot->memory);                                                         \
        slot->memory.size = 0;                                                                     \
    }                                                                                              \
    OWNS(name, memory.size)

/// Defines the descriptor of a block's type, in one source file.
#define DEVICE_BLOCK_OWNERSHIP(name) OWNERSHIP(name, memory.size)

/// How many bytes a block has; a constant.
#define DEVICE_EXTENT(block) sizeof(*(block)->extent)

/// Borrows the registers `type` at the constant `offset` of a block: what does not fit does not
/// compile.
#define BLOCK_REGISTERS(type, block, offset)                                                       \
    ({                                                                                             \
        static_assert(sizeof(type) + (offset) <= DEVICE_EXTENT(block),                             \
                      "these registers lie beyond the device");                                    \
        static_assert((offset) % alignof(type) == 0, "these registers are not aligned");           \
        (type *)device_memory_object(&(block)->memory, (offset), sizeof(type), alignof(type));     \
    })
