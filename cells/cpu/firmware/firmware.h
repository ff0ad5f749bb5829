// SPDX-License-Identifier: MIT
/// firmware: UEFI runtime services.
///
/// They run under a top-level table of their own, whose lower half maps the firmware's memory at
/// its physical addresses and whose upper half is the kernel's, on a stack of their own, one caller
/// at a time, interrupts off, vector state saved. It is the one exception to W^X and bijection.
///
/// Callers:    boot CPU only, not from exceptions.
/// Live swap:  the addresses of table and services are all the state there is.
/// Fault:      a fault within the firmware is reported like any other.
///
/// Source: UEFI specification 2.10, chapter 8; 4.3 and 4.5 (tables), 2.3.4 (calling convention).
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <cell/status.h>

/// `top_table`: the firmware's top-level table, mapped writable at `table_address`.
/// `system_table`: physical address of the EFI_SYSTEM_TABLE.
void firmware_start(uint64_t top_table, uint64_t table_address, uint64_t system_table);

enum firmware_reset { FIRMWARE_RESET_COLD, FIRMWARE_RESET_WARM, FIRMWARE_POWER_OFF };

/// Resets or powers off. Returns only where the firmware cannot: STATUS_UNSUPPORTED, STATUS_IO.
enum status firmware_reset(enum firmware_reset kind);

struct firmware_time {
    uint16_t year;
    uint8_t month; ///< 1 to 12
    uint8_t day;   ///< 1 to 31
    uint8_t hour;
    uint8_t minute;
    uint8_t second;
};

/// The wall clock, as the firmware has it. STATUS_UNSUPPORTED, STATUS_IO.
enum status firmware_time(struct firmware_time *time);

struct firmware_identifier {
    uint32_t data1;
    uint16_t data2;
    uint16_t data3;
    uint8_t data4[8];
};

/// Reads variable `name` (UCS-2, zero-ended) of `vendor`; `*size` is the room in `data`, then the
/// variable's size. STATUS_NOT_FOUND. STATUS_OVERFLOW: `*size` bytes are needed. STATUS_IO.
enum status firmware_get_variable(const uint16_t *name, const struct firmware_identifier *vendor,
                                  void *data, size_t *size);

/// Sets or, with size 0, deletes a variable that lasts and that boot and runtime may access.
/// STATUS_EXHAUSTED, STATUS_DENIED, STATUS_NOT_FOUND, STATUS_IO.
enum status firmware_set_variable(const uint16_t *name, const struct firmware_identifier *vendor,
                                  const void *data, size_t size);
