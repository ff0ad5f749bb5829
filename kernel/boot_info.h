// SPDX-License-Identifier: MIT
/// boot_info: what the loader hands to nano_core.
///
/// One contiguous block of memory, mapped read-only at a virtual address of the boot area. It
/// starts with a `struct boot_info`; the tables and texts that it points to follow in the same
/// block. All pointers are virtual addresses, valid from nano_core's first instruction on.
///
/// The machine at that instruction: long mode with 4-level paging, CR0.WP and EFER.NXE set,
/// interrupts off, direction flag clear, RSP at the top of the boot stack (16-byte aligned, then 8
/// less, as after a call), RDI = address of the `struct boot_info`, CR3 = `top_table`, the GDT in
/// the trampoline page, no IDT. Boot services are gone.
///
/// Nothing of physical memory is mapped but what `regions` lists. There is no direct map: entry
/// `RECURSIVE_SLOT` of the top table holds the top table itself, not executable.
#pragma once
#include <stdint.h>

#define BOOT_INFO_MAGIC UINT64_C(0x3149524F45485400) ///< "\0THEORI1"
#define BOOT_INFO_MAJOR 1                            ///< a reader refuses another major version
#define BOOT_INFO_MINOR 1                            ///< fields are only ever added at the end

/// How the upper half is used, by entry of the top-level table.
enum : unsigned {
    BOOT_AREA_SLOT = 509, ///< what the loader mapped besides nano_core
    RECURSIVE_SLOT = 510, ///< the page tables themselves
    CODE_SLOT = 511,      ///< text, read-only data and statics: the top 2 GiB
};

#define SLOT_BASE(slot) (UINT64_C(0xFFFF000000000000) | (uint64_t)(slot) << 39)
#define CODE_BASE UINT64_C(0xFFFFFFFF80200000)  ///< nano_core is linked here
#define CODE_LIMIT UINT64_C(0xFFFFFFFFFF000000) ///< the last 16 MiB stay unused

enum boot_region_kind : uint32_t {
    BOOT_REGION_NANO_CORE = 1,   ///< one per loaded segment, .bss included
    BOOT_REGION_STACK,           ///< the boot stack; the page below it is not mapped
    BOOT_REGION_INFO,            ///< this block
    BOOT_REGION_FILE,            ///< one per file, in the order of `files`
    BOOT_REGION_PAGE_TABLES,     ///< tables of `top_table`; virtual is 0
    BOOT_REGION_FIRMWARE_TABLES, ///< tables of `firmware_top_table`, which is the first page
    BOOT_REGION_TRAMPOLINE,      ///< one page mapped at its physical address; free after entry
    BOOT_REGION_FRAMEBUFFER,     ///< device memory, PAT entry 1; none without a framebuffer
    BOOT_REGION_LOW_FRAME,       ///< below 1 MiB, for starting CPUs; not mapped, virtual is 0
};

enum : uint32_t {
    BOOT_WRITABLE = 1 << 0,
    BOOT_EXECUTABLE = 1 << 1, ///< never together with BOOT_WRITABLE
};

/// Memory that the loader took and, where `virtual_address` is not 0, mapped with 4 KiB pages.
struct boot_region {
    uint64_t physical_address;
    uint64_t virtual_address;
    uint64_t pages; ///< of 4 KiB
    enum boot_region_kind kind;
    uint32_t protection; ///< BOOT_WRITABLE, BOOT_EXECUTABLE
};

/// A file read from the boot volume. Its pages are mapped read-only; bytes after `size` are zero.
struct boot_file {
    uint64_t name; ///< of a zero-ended text: "nano_core.elf", "cells.img", "extra/NAME"
    uint64_t address;
    uint64_t size; ///< in bytes
};

enum boot_pixel_format : uint32_t {
    BOOT_PIXEL_NONE, ///< no framebuffer
    BOOT_PIXEL_BGRX, ///< 32 bits a pixel, blue in the lowest byte
    BOOT_PIXEL_RGBX, ///< 32 bits a pixel, red in the lowest byte
};

struct boot_framebuffer {
    uint64_t address; ///< virtual
    uint64_t size;    ///< in bytes
    uint32_t width;   ///< in pixels
    uint32_t height;  ///< in pixels
    uint32_t stride;  ///< pixels from one line to the next
    enum boot_pixel_format format;
};

struct boot_info {
    uint64_t magic; ///< BOOT_INFO_MAGIC
    uint16_t major;
    uint16_t minor;
    uint32_t checksum;   ///< CRC-32 (IEEE 802.3) of the block with this field zero
    uint64_t block_size; ///< of the whole block, in bytes

    uint64_t loader_entry_tsc; ///< time-stamp counter at the loader's first instruction
    uint64_t handover_tsc;     ///< just before nano_core was entered

    uint64_t top_table;          ///< physical, below 4 GiB
    uint64_t firmware_top_table; ///< physical; identity map of runtime services in its lower half
    uint64_t firmware_system_table; ///< physical address of the EFI_SYSTEM_TABLE
    uint64_t rsdp;                  ///< physical address of ACPI's root pointer, 0 where none

    struct boot_framebuffer framebuffer;

    uint64_t memory_map;                 ///< EFI_MEMORY_DESCRIPTORs as the firmware left them
    uint64_t memory_map_size;            ///< in bytes
    uint64_t memory_map_descriptor_size; ///< bytes from one to the next

    uint64_t options; ///< zero-ended text: `options.txt`, a newline, the EFI load options
    uint64_t files;   ///< array of struct boot_file: nano_core, the archive, the extra files
    uint64_t file_count;
    uint64_t regions; ///< array of struct boot_region
    uint64_t region_count;

    uint64_t reading_ticks; ///< of the time-stamp counter, while the firmware read the files
};
