// SPDX-License-Identifier: MIT
/// firmware: the UEFI definitions, and the one handle to the firmware that started us.
#pragma once
#define GNU_EFI_USE_MS_ABI
#include <efi.h>

/// Set first thing in efi_main, constant afterwards.
struct firmware {
    EFI_HANDLE image;
    EFI_SYSTEM_TABLE *system;
    EFI_BOOT_SERVICES *boot;
};

extern struct firmware firmware;

/// How the firmware loaded us: from which device and with which options.
EFI_LOADED_IMAGE *firmware_loaded_image(void);

/// A configuration table by its identifier, or null.
void *firmware_table(const EFI_GUID *guid);

/// Memory from the firmware's pool, which nobody has to give back: it ends with the firmware. Stops
/// if there is not enough.
void *firmware_memory(uint64_t size);

/// Room for one more element of `size` bytes in an array from the pool that has `count`, all
/// capacities being powers of two. Gives the array, which may have moved.
void *firmware_array_room(void *array, uint64_t count, uint64_t size);
