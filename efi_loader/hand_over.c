// SPDX-License-Identifier: MIT
/// hand_over: see the header.
#include "hand_over.h"

#include "firmware.h"
#include "firmware_tables.h"
#include "stop.h"

/// In trampoline.S.
extern const uint8_t trampoline_begin[], trampoline_state[], trampoline_end[];

enum : unsigned {
    ATTEMPTS = 16,
};

void firmware_leave(struct memory_map *map, uint64_t room, struct page_tables *tables,
                    const uint64_t *kernel_top_table)
{
    // Between the reading of the map and the end of the firmware nothing may be allocated, in a
    // later attempt nothing at all: the firmware's own event handlers can change the map in the
    // first one, and then only its memory services are left.
    EFI_STATUS status = EFI_INVALID_PARAMETER;
    for (unsigned i = 0; i < ATTEMPTS && status == EFI_INVALID_PARAMETER; i++) {
        memory_map_read_again(map, room);
        if (!firmware_tables_build(map, tables, kernel_top_table)) {
            stop("the firmware's memory map changed too much while the loader ran; start the "
                 "machine again");
        }
        status = firmware.boot->ExitBootServices(firmware.image, map->key);
    }
    if (EFI_ERROR(status)) {
        stop("the firmware does not let go of the machine (firmware error %llu); update the "
             "firmware",
             (unsigned long long)(status & ~EFI_ERROR_MASK));
    }
    __asm__ volatile("cli" : : : "memory");
}

void trampoline_prepare(void *page, const struct entry_state *state)
{
    uintptr_t begin = (uintptr_t)trampoline_begin;
    uint64_t size = (uintptr_t)trampoline_end - begin;
    uint64_t state_offset = (uintptr_t)trampoline_state - begin;
    __builtin_memset(page, 0, PAGE_SIZE);
    __builtin_memcpy(page, trampoline_begin, size);
    __builtin_memcpy((uint8_t *)page + state_offset, state, sizeof *state);
}

void trampoline_enter(const void *page)
{
    ((void (*)(void))(uintptr_t)page)();
    __builtin_unreachable();
}
